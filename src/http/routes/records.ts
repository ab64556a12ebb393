/** One Salesforce record as we know it: its standardised values, who it stands for, and what is wrong with it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import sql, { join } from 'sql-template-tag';
import { z } from 'zod';
import { identifier } from '../../db/identifier.ts';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';
import { existingTables, present } from '../row.ts';
import { toSalesforceId18 } from '../salesforce-id.ts';
import { json, salesforceId } from '../shapes.ts';
import { finding, findingColumns, findingView } from './findings.ts';

const identity = z.object({ entity: z.string(), goldenId: z.string() });
const record = z
  .object({
    salesforceId: z.string(),
    object: z.string(),
    fields: json.describe('Columns of the standardised record'),
    identities: z.array(identity).describe('The person or company the record stands for'),
    findings: z.array(finding).describe('Open findings'),
  })
  .meta({ id: 'Record' });

export const recordRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard } = context;

  app.get(
    '/v1/records/:salesforceId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['quality'],
        summary: 'One record by its Salesforce id of 15 or 18 characters',
        params: z.strictObject({ salesforceId }),
        response: { 200: record, ...problems(404) },
      },
    },
    async ({ params }) => {
      const id = toSalesforceId18(params.salesforceId);
      const found = await find(id);
      if (!found) throw new DomainError('not-found', `No synced object has a record ${id}.`);
      const identities = await db.query(sql`/* records.identities */ select entity, golden_id from golden.crosswalk
        where connection_id = ${connectionId} and id = ${id} order by entity`);
      const findings = await db.query(sql`/* records.findings */ select ${findingColumns} from quality.finding
        where connection_id = ${connectionId} and record_id = ${id} and closed_at is null order by rule_id`);
      return {
        salesforceId: id,
        object: found.object,
        fields: found.fields,
        identities: identities.map((row) => present(identity, row)),
        findings: findings.map(findingView(definitions)),
      };
    },
  );

  /** The key prefix would name the object, but custom objects have prefixes of their own; a look-up each is as fast. */
  async function find(id: string) {
    const tables = await existingTables(
      db,
      definitions.objects.map((object) => `standard.${object.table}`),
    );
    const lookups = definitions.objects
      .filter((object) => tables.has(`standard.${object.table}`))
      .map(
        (object) => sql`select ${object.name} as object, to_jsonb(r) - 'connection_id' - '_version' as fields
          from ${identifier('standard', object.table)} r where r.connection_id = ${connectionId} and r.id = ${id}`,
      );
    if (lookups.length === 0) return undefined;
    const rows = await db.query<{ object: string; fields: Record<string, unknown> }>(
      sql`/* records.find */ ${join(lookups, ' union all ')} limit 1`,
    );
    return rows[0];
  }
};
