/** What the tools that merge take: which records go into which, and what to write beside records. Nothing is written to Salesforce. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { recordFlags } from '../../views/flags.ts';
import { mergeCounts, mergePlan, type MergeRow, mergeSubject, winningFields } from '../../views/merge-plan.ts';
import type { AppContext } from '../app-context.ts';
import { answerList, exportFormat, listQuery, listResponse, sendExport } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { connectionId, objectName, rate } from '../shapes.ts';

const counts = z
  .object({
    object: z.string(),
    groupCount: z.int().describe('Groups of which at least one record can be merged away'),
    loserCount: z.int().describe('Records to merge away'),
    leftOutCount: z.int().describe('Groups that are neither sure nor confirmed, or have a review open'),
  })
  .meta({ id: 'MergePlanCounts' });
const own = {
  goldenId: z.string(),
  masterId: z.string().describe('Stays'),
  loserId: z.string().describe('Goes into the master'),
  mergeBatch: z.int().describe('Salesforce merges two others at a time: batch after batch'),
  basis: z.enum(['sure', 'confirmed']),
  probability: rate.nullable().describe('Of the weakest link between the two; null: reviewers confirmed all of them'),
};
const row = z
  .object({
    ...own,
    winning: z
      .record(z.string(), z.object({ value: z.string(), from: z.string().nullable() }))
      .describe(
        'By API name what the master is to hold and does not yet, and the record it comes from; null: set by hand',
      ),
    lost: z.record(z.string(), z.string()).describe('By API name values of the loser that would be nowhere afterwards'),
  })
  .meta({ id: 'MergeRow' });
const plan = { name: 'merge-plan', keyLength: 1, row };

const flags = z
  .object({
    salesforceId: z.string(),
    goldenId: z.string().nullable(),
    groupSize: z.int().describe('Records of the object that stand for the same'),
    duplicateOf: z.string().nullable().describe('The record to stay; null of that one'),
    staleFields: z.array(z.string()),
    score: rate.nullable(),
    openFindingCount: z.int(),
  })
  .meta({ id: 'RecordFlags' });
const flagList = { name: 'flags', keyLength: 1, row: flags };
/** As fields that an admin makes for them; Data Loader updates by Id. */
const flagFile = z.object({
  Id: z.string(),
  Assay_Golden_Id__c: z.string().nullable(),
  Assay_Duplicate_Of__c: z.string().nullable(),
  Assay_Group_Size__c: z.int(),
  Assay_Stale_Fields__c: z.string(),
  Assay_Score__c: z.number().nullable(),
  Assay_Open_Findings__c: z.int(),
});

export const mergePlanRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, definitions, connectionId: standard, guard } = context;
  const params = z.strictObject({ object: objectName });
  const connection = connectionId.default(standard).describe('Whose records');

  app.get(
    '/v1/merge-plans/:object/counts',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'How many groups are sure or confirmed enough to merge, and how many are left out',
        params,
        querystring: z.strictObject({ connectionId: connection }),
        response: { 200: counts, ...problems() },
      },
    },
    async ({ params: { object }, query }) =>
      present(counts, await mergeCounts(db, mergeSubject(definitions, query.connectionId, object))),
  );

  app.get(
    '/v1/merge-plans/:object',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'Which records go into which, for tools that merge: master, loser, winning values, what would be lost',
        description:
          'Of groups that are sure (each link at least 99 % likely) or confirmed by reviewers, and have no review open. A page holds the rows of `limit` groups. Assay writes nothing to Salesforce.',
        params,
        querystring: z.strictObject({ ...listQuery, connectionId: connection }),
        response: { 200: listResponse(row), ...problems() },
      },
    },
    async ({ params: { object }, query: { connectionId: of, ...query } }, reply) => {
      const subject = mergeSubject(definitions, of, object);
      if (query.format !== 'csv') return answerList(reply, plan, query, (page) => mergePlan(db, subject, page));
      const names = [...new Set([...winningFields(subject).values()].flat())];
      const file = z.object({
        ...own,
        ...Object.fromEntries(
          names.flatMap((name) => [[`winning_${name}`, z.string()] as const, [`from_${name}`, z.string()] as const]),
        ),
        lost: z.string(),
      });
      const asked = { name: `merge-plan-${object}`, format: exportFormat.parse('csv'), row: file };
      return sendExport(reply, asked, async (page) => {
        const { data, next } = await mergePlan(db, subject, page);
        return { data: data.map((one) => flat(one, names)), next };
      });
    },
  );

  app.get(
    '/v1/flags/:object',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'What to write beside each record, for Data Loader: golden id, duplicate of, stale fields, score',
        description:
          'As csv the columns are custom fields that you make in Salesforce first (the page on merging says which). Assay writes nothing to Salesforce.',
        params,
        querystring: z.strictObject({ ...listQuery, connectionId: connection }),
        response: { 200: listResponse(flags), ...problems() },
      },
    },
    async ({ params: { object }, query: { connectionId: of, ...query } }, reply) => {
      const subject = { connectionId: of, object };
      if (query.format !== 'csv')
        return answerList(reply, flagList, query, (page) => recordFlags(db, definitions, subject, page));
      return sendExport(reply, { name: `flags-${object}`, format: 'csv', row: flagFile }, async (page) => {
        const { data, next } = await recordFlags(db, definitions, subject, page);
        return {
          data: data.map((one) => ({
            Id: one.salesforceId,
            Assay_Golden_Id__c: one.goldenId,
            Assay_Duplicate_Of__c: one.duplicateOf,
            Assay_Group_Size__c: one.groupSize,
            Assay_Stale_Fields__c: one.staleFields.join(';'),
            Assay_Score__c: one.score === null ? null : Math.round(one.score * 1000) / 10,
            Assay_Open_Findings__c: one.openFindingCount,
          })),
          next,
        };
      });
    },
  );
};

/** Whoever reads it has to see at once what is set and what is lost: a column a field, and the lost in one. */
function flat({ winning, lost, ...row }: MergeRow, names: readonly string[]): object {
  const set = names.flatMap((name) => [
    [`winning_${name}`, winning[name]?.value ?? ''] as const,
    [`from_${name}`, winning[name] ? (winning[name].from ?? 'pinned') : ''] as const,
  ]);
  const gone = Object.entries(lost).map(([field, value]) => `${field}: ${value}`);
  return { ...row, ...Object.fromEntries(set), lost: gone.join('; ') };
}
