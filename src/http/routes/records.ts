/** One Salesforce record as we know it: its standardised values, who it stands for, and what is wrong with it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { recordStory } from '../../views/records.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { json, rate } from '../shapes.ts';
import { finding } from './findings.ts';

const identity = z.object({ entity: z.string(), goldenId: z.string() });
const record = z
  .object({
    salesforceId: z.string(),
    object: z.string(),
    fields: json.describe('Columns of the standardised record'),
    identities: z.array(identity).describe('The person or company the record stands for'),
    findings: z.array(finding).describe('Open and waived findings'),
    quality: z
      .object({ score: rate.nullable(), applicableCount: z.int(), violatedCount: z.int() })
      .nullable()
      .describe('Of this record alone, as the last sync judged it; null: it was not judged'),
  })
  .meta({ id: 'Record' });

export const recordRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId, definitions, guard } = context;

  app.get(
    '/v1/records/:salesforceId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['quality'],
        summary: 'One record by its Salesforce id, with its findings',
        params: z.strictObject({ salesforceId }),
        response: { 200: record, ...problems(404) },
      },
    },
    async ({ params }) => {
      const id = params.salesforceId;
      const found = await recordStory(db, definitions, { connectionId, id, now: clock.now() });
      if (!found) throw new DomainError('not-found', `No synced object has a record ${id}.`);
      return present(record, found);
    },
  );
};
