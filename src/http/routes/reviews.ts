/** Pairs waiting for a person's word, the word itself, and taking it back. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { decide, listDecisions, undo } from '../../review/decision.ts';
import { toPage } from '../../views/page.ts';
import { listReviewItems } from '../../views/reviews.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { actorRef, freeText, json, rate, reviewId, step, time } from '../shapes.ts';

const security = [{ key: [] }];
const side = z.object({
  connectionId: z.string(),
  salesforceId: z.string(),
  object: z.string(),
  goldenId: z.string(),
  values: json.describe('The values that are compared, as standardised'),
});
const reviewItem = z
  .object({
    entity: z.string(),
    left: side,
    right: side,
    reason: z
      .enum(['unsure', 'cut', 'changed'])
      .describe(
        'unsure: the evidence is near even; cut: it looks the same, the rest of the group disagrees; changed: decided about other values',
      ),
    weight: z.number().nullable().describe('Bits, prior included: 0 is even odds'),
    probability: rate.nullable(),
    uncertainty: rate,
    recordCount: z.int().describe('Records of both golden records'),
    openAmount: z.number().describe('Open money tied to them'),
    priority: z
      .number()
      .describe('uncertainty * (ln(1 + recordCount) + ln(1 + openAmount)); the list is ordered by it'),
    sentence: z.string().nullable(),
    waterfall: z.array(step),
  })
  .meta({ id: 'ReviewItem' });

const recordKey = z.object({ connectionId: z.string(), salesforceId: z.string() });
const decision = z
  .object({
    id: z.string(),
    entity: z.string(),
    kind: z.enum(['same', 'different']),
    left: recordKey,
    right: recordKey,
    weight: z.number().nullable().describe('What the engine said then; null when it never compared the two'),
    probability: rate.nullable(),
    reason: z.string(),
    decidedBy: z.string().describe('Name of the key'),
    decidedActor: actorRef.nullable(),
    decidedAt: time,
    undoneAt: time.nullable(),
    undoneBy: z.string().nullable(),
    undoneActor: actorRef.nullable(),
    undoneReason: z.string().nullable(),
  })
  .meta({ id: 'Review' });
const answered = decision
  .extend({ runId: z.string().nullable().describe('The sync that takes it into account; follow it under /v1/syncs') })
  .meta({ id: 'ReviewTold' });

const items = { name: 'reviews', keyLength: 6, row: reviewItem };
const decided = { name: 'decided', keyLength: 1, row: decision };

export const reviewRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId, definitions, guard } = context;
  const entityName = z.enum(definitions.entities.map((entity) => entity.name) as [string, ...string[]]);
  const key = z.strictObject({
    salesforceId,
    connectionId: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'must be the id of a connection')
      .default(connectionId),
  });

  app.get(
    '/v1/reviews',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['reviews'],
        summary: 'Pairs that a person should review, the most useful first',
        security,
        querystring: z.strictObject({
          ...listQuery,
          entity: entityName.optional(),
          reason: reviewItem.shape.reason.optional(),
        }),
        response: { 200: listResponse(reviewItem), ...problems() },
      },
    },
    ({ query }, reply) => answerList(reply, items, query, (page) => listReviewItems(db, query, page)),
  );

  app.get(
    '/v1/reviews/decided',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['reviews'],
        summary: 'All decisions, also undone ones, newest first',
        security,
        querystring: z.strictObject({ ...listQuery, entity: entityName.optional() }),
        response: { 200: listResponse(decision), ...problems() },
      },
    },
    ({ query }, reply) =>
      answerList(reply, decided, query, async (page) => {
        const before = page.after ? { before: page.after[0]! } : {};
        const entity = query.entity ? { entity: query.entity } : {};
        const rows = await listDecisions(db, { limit: page.limit + 1, ...before, ...entity });
        return toPage(rows, page, (row) => [row.id]);
      }),
  );

  app.post(
    '/v1/reviews',
    {
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['reviews'],
        summary: 'Decide that two records are the same or different',
        security,
        body: z
          .strictObject({ entity: entityName, decision: decision.shape.kind, left: key, right: key, reason: freeText })
          .meta({ id: 'ReviewRequest' }),
        response: { 201: answered, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const { entity, decision: kind, left, right, reason } = request.body;
      const by = principalOf(request);
      const verdict = { entity, kind, left, right, reason, by };
      return reply.code(201).send(present(answered, await decide(db, verdict, clock.now())));
    },
  );

  app.post(
    '/v1/reviews/:reviewId/undo',
    {
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['reviews'],
        summary: 'Take a decision back; it stays on record',
        security,
        params: z.strictObject({ reviewId }),
        body: z.strictObject({ reason: freeText }).meta({ id: 'UndoRequest' }),
        response: { 200: answered, ...problems(404, 409) },
      },
    },
    async (request) => {
      const { params, body } = request;
      return present(answered, await undo(db, params.reviewId, body.reason, principalOf(request), clock.now()));
    },
  );
};
