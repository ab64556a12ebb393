/** REST queries: query, queryAll, their next pages, and the column metadata the Salesforce CLI asks for. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SalesforceError } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import { countSql, recordSql, type Plan } from '../soql/plan.ts';
import { tableOf } from '../org/sql.ts';
import { describeColumns } from './columns.ts';
import type { Org } from '../org/org.ts';
import type { Context } from './context.ts';
import { faultsOn } from './fault-injection.ts';
import { toRecords, type JsonRecord } from './records.ts';
import type { Page } from './cursors.ts';
import { orgOf, sessionOf } from './session-check.ts';
import { versionNumber } from './versions.ts';

interface QueryRoute {
  Params: { version: string };
  Querystring: { q?: string; columns?: string; explain?: string };
}

export function queryRoutes(app: FastifyInstance, context: Context): void {
  const { cursors } = context;

  const answer = async (org: Org, page: Page, version: string): Promise<JsonRecord> => ({
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
    const org = orgOf(context, request);
    const plan = compileSoql(org, text, { allRows });
    if (request.query.explain !== undefined) return explainPlan(org, plan, text);
    if (request.query.columns !== undefined) return describeColumns(plan);
    if (plan.kind === 'count') {
      const [row] = await org.db.rows(recordSql(plan));
      return { totalSize: Number(row?.c0 ?? 0), done: true, records: [] };
    }
    if (plan.kind === 'aggregate') await refuseMany(org, plan);
    return answer(
      org,
      await cursors.open(
        plan,
        sessionOf(request),
        org.userId,
        plan.kind === 'aggregate' ? mostGroups : batchSizeOf(request),
      ),
      version,
    );
  };

  app.get<QueryRoute>('/services/data/:version/query', (request) => run(request, false));
  app.get<QueryRoute>('/services/data/:version/queryAll', (request) => run(request, true));
  for (const path of ['query', 'queryAll']) {
    app.get<{ Params: { version: string; locator: string } }>(
      `/services/data/:version/${path}/:locator`,
      async (request) => {
        const { version, locator } = request.params;
        versionNumber(version);
        const org = orgOf(context, request);
        if (faultsOn(request).some(({ kind }) => kind === 'locator-lost')) await cursors.close(locator);
        return answer(org, await cursors.more(locator, sessionOf(request), batchSizeOf(request)), version);
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

/** An aggregate query has one page, whatever its size is set to. */
const mostGroups = 2000;

async function refuseMany(org: Org, plan: Plan): Promise<void> {
  if (Number(await org.db.value(countSql(plan))) <= mostGroups) return;
  throw new SalesforceError(
    400,
    'EXCEEDED_ID_LIMIT',
    'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch',
  );
}

function batchSizeOf(request: FastifyRequest): number {
  const header = String(request.headers['sforce-query-options'] ?? '');
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(header)?.[1] ?? 2000);
  const size = Math.min(2000, Math.max(200, asked));
  // Salesforce may answer fewer than asked for; how many fewer, nobody knows.
  const short = faultsOn(request).find(({ kind }) => kind === 'short-page');
  return short ? Math.min(size, short.rows ?? Math.ceil(size / 3)) : size;
}

/** The only plan there is: every row is looked at. */
async function explainPlan(org: Org, { object }: Plan, sourceQuery: string) {
  const all = Number(await org.db.value(`/* explain.count */ select count(*) from ${tableOf(object.name)}`));
  const plan = {
    cardinality: all,
    fields: [],
    leadingOperationType: 'TableScan',
    notes: [],
    relativeCost: 1,
    sobjectCardinality: all,
    sobjectType: object.name,
  };
  return { plans: [plan], sourceQuery };
}
