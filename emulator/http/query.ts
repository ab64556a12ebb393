/** REST queries: query, queryAll, their next pages, and the column metadata the Salesforce CLI asks for. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SalesforceError } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import { countSql, recordSql } from '../soql/plan.ts';
import { describeColumns } from './columns.ts';
import type { Context } from './context.ts';
import { toRecords, type JsonRecord } from './records.ts';
import type { Page } from './cursors.ts';
import { sessionOf } from './session-check.ts';
import { versionNumber } from './versions.ts';

interface QueryRoute {
  Params: { version: string };
  Querystring: { q?: string; columns?: string; explain?: string };
}

export function queryRoutes(app: FastifyInstance, context: Context): void {
  const { org, cursors } = context;

  const answer = async (page: Page, version: string): Promise<JsonRecord> => ({
    totalSize: page.totalSize,
    done: page.nextLocator === null,
    // Salesforce says /query/ after queryAll too.
    ...(page.nextLocator === null ? {} : { nextRecordsUrl: `/services/data/${version}/query/${page.nextLocator}` }),
    records: await toRecords(org, page.plan, page.rows, version),
  });

  const run = async (request: FastifyRequest<QueryRoute>, allRows: boolean): Promise<unknown> => {
    const { version } = request.params;
    versionNumber(version);
    const text = request.query.q ?? request.query.explain;
    if (text === undefined) throw new SalesforceError(400, 'MALFORMED_QUERY', 'A query string has to be specified');
    const plan = compileSoql(org, text, { allRows });
    if (request.query.explain !== undefined) return explain(plan.object.name);
    if (request.query.columns !== undefined) return describeColumns(plan);
    if (plan.kind === 'count') {
      const [row] = await org.db.rows(recordSql(plan));
      return { totalSize: Number(row?.c0 ?? 0), done: true, records: [] };
    }
    return answer(await cursors.open(plan, sessionOf(request), batchSizeOf(request)), version);
  };

  const explain = async (object: string) => {
    const found = org.find(object);
    const count = found ? Number(await org.db.value(countSql(compileSoql(org, `select Id from ${found.name}`)))) : 0;
    const plan = {
      cardinality: count,
      fields: [],
      leadingOperationType: 'TableScan',
      notes: [],
      relativeCost: 1,
      sobjectCardinality: count,
      sobjectType: object,
    };
    return { plans: [plan], sourceQuery: object };
  };

  app.get<QueryRoute>('/services/data/:version/query', (request) => run(request, false));
  app.get<QueryRoute>('/services/data/:version/queryAll', (request) => run(request, true));
  for (const path of ['query', 'queryAll']) {
    app.get<{ Params: { version: string; locator: string } }>(
      `/services/data/:version/${path}/:locator`,
      async (request) => {
        const { version, locator } = request.params;
        versionNumber(version);
        return answer(await cursors.more(locator, sessionOf(request), batchSizeOf(request)), version);
      },
    );
  }
  // The Salesforce CLI looks for tooling objects of its own before some commands; there are none.
  app.get('/services/data/:version/tooling/query', async () => ({
    size: 0,
    totalSize: 0,
    done: true,
    queryLocator: null,
    entityTypeName: null,
    records: [],
  }));
}

function batchSizeOf(request: FastifyRequest): number {
  const header = String(request.headers['sforce-query-options'] ?? '');
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(header)?.[1] ?? 2000);
  return Math.min(2000, Math.max(200, asked));
}
