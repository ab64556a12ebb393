/** What each training of a matching model changed, the clusters by the old one beside those by the new; and taking one over. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptModel } from '../../review/accept.ts';
import { listModelChanges } from '../../views/model-changes.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { actorRef, freeText, modelChangeId, time } from '../shapes.ts';

const count = z.int();
const share = z
  .object({ estimate: z.number(), low: z.number(), high: z.number() })
  .nullable()
  .describe('0 to 1; in nine files of ten the truth lies between low and high');
const assessment = z
  .object({
    precision: share,
    recall: share,
    weakestField: z.string().nullable().describe('The field that says least of the pairs in groups'),
    cannotTell: z.string().nullable().describe('Why neither can be told'),
  })
  .describe('Of the pairs in groups, how many are right, and of the true pairs, how many are in groups: without labels')
  .meta({ id: 'Assessment' });
const modelChange = z
  .object({
    id: z.string(),
    entity: z.string(),
    runId: z.string(),
    at: time,
    cause: z
      .enum(['first', 'engine', 'full', 'drift', 'labels', 'field', 'accepted'])
      .describe(
        'Why it was trained: the first one, a new version of the engine, a full sync, many records that moved, decisions of reviewers, a field filled for the first time, one put aside that somebody accepted',
      ),
    held: z
      .boolean()
      .describe(
        'It waits for approval, because it would change many groups. Approving it, or a full sync, puts it in use',
      ),
    labelCount: count.describe('Decisions it learnt from'),
    oldWrongCount: count.nullable().describe('Of them, those the model before had on the wrong side'),
    newWrongCount: count,
    unchangedCount: count.describe('Clusters of two records and more, none of which moved'),
    addedCount: count,
    removedCount: count,
    splitCount: count,
    mergedCount: count,
    changedRecordCount: count
      .nullable()
      .describe('Records that are, or would be, with others than before; null of trainings before it was counted'),
    assessment: assessment.nullable(),
    acceptedAt: time.nullable(),
    acceptedBy: z.string().nullable().describe('Name of the key'),
    acceptedActor: actorRef.nullable(),
    acceptedReason: z.string().nullable(),
  })
  .meta({ id: 'ModelChange' });
const modelChanges = { name: 'model-changes', keyLength: 1, row: modelChange };

const accepted = z
  .object({
    id: z.string(),
    runId: z.string().nullable().describe('The sync that takes it over; follow it under /v1/syncs'),
  })
  .meta({ id: 'ModelAccepted' });

export const modelChangeRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard } = context;
  app.get(
    '/v1/model-changes',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['reviews'],
        summary: 'What each training of a matching model changed, newest first',
        security: [{ key: [] }],
        querystring: z.strictObject(listQuery),
        response: { 200: listResponse(modelChange), ...problems() },
      },
    },
    ({ query }, reply) => answerList(reply, modelChanges, query, (page) => listModelChanges(db, page)),
  );

  app.post(
    '/v1/model-changes/:modelChangeId/accept',
    {
      onRequest: guard('config:write'),
      schema: {
        tags: ['reviews'],
        summary: 'Approve a model that waits for approval; the next sync uses it',
        security: [{ key: [] }],
        params: z.strictObject({ modelChangeId }),
        body: z.strictObject({ reason: freeText }).meta({ id: 'AcceptRequest' }),
        response: { 200: accepted, ...problems(404, 409) },
      },
    },
    async (request) => {
      const { modelChangeId: id } = request.params;
      const acceptance = { id, reason: request.body.reason, by: principalOf(request) };
      return { id, runId: await acceptModel(db, acceptance, clock.now()) };
    },
  );
};
