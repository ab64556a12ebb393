/** Pairs waiting for a person's word, the word itself, and taking it back. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import sql, { empty } from 'sql-template-tag';
import { z } from 'zod';
import { decide, listDecisions, undo } from '../../review/decision.ts';
import { identifier } from '../../db/identifier.ts';
import { evidenceOf, sentence, waterfall } from '../../model/explanation.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../page.ts';
import { problems } from '../problem.ts';
import { existingTables, present } from '../row.ts';
import { toSalesforceId18 } from '../salesforce-id.ts';
import { freeText, json, rate, reviewId, salesforceId, step, time } from '../shapes.ts';

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
        'unsure: in the review band; cut: linked by its own evidence, parted by the rest; changed: decided about other values',
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
    decidedAt: time,
    undoneAt: time.nullable(),
    undoneBy: z.string().nullable(),
    undoneReason: z.string().nullable(),
  })
  .meta({ id: 'Review' });
const told = decision
  .extend({ runId: z.string().nullable().describe('The sync that takes it into account; follow it under /v1/syncs') })
  .meta({ id: 'ReviewTold' });

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
  const keyOf = (given: z.output<typeof key>) => ({ ...given, salesforceId: toSalesforceId18(given.salesforceId) });

  app.get(
    '/v1/reviews',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['reviews'],
        summary: 'Pairs that need a person, by uncertainty times what hangs on it',
        security,
        querystring: z.strictObject({
          ...pageQuery,
          entity: entityName.optional(),
          reason: reviewItem.shape.reason.optional(),
        }),
        response: { 200: pageOf(reviewItem), ...problems() },
      },
    },
    async ({ query }) => {
      const after = decodeCursor('reviews', query.cursor, 6);
      const place = sql`(i.entity, i.l_connection_id, i.l_id, i.r_connection_id, i.r_id)`;
      const rows = await db.query<Item>(sql`/* reviews.list */ select i.*, i.priority::text as priority_text, p.evidence
        from golden.review_item i left join match.pair p using (entity, l_connection_id, l_id, r_connection_id, r_id)
        where true ${query.entity ? sql`and i.entity = ${query.entity}` : empty}
        ${query.reason ? sql`and i.reason = ${query.reason}` : empty}
        ${
          after
            ? sql`and (i.priority < ${number(after[0])}::float8 or (i.priority = ${number(after[0])}::float8
                and ${place} > (${after[1]}, ${after[2]}, ${after[3]}, ${after[4]}, ${after[5]})))`
            : empty
        }
        order by i.priority desc, i.entity, i.l_connection_id, i.l_id, i.r_connection_id, i.r_id limit ${query.limit + 1}`);
      const values = await valuesOf(rows);
      const page = toPage('reviews', rows, query.limit, (row) => [
        row.priority_text,
        row.entity,
        row.l_connection_id,
        row.l_id,
        row.r_connection_id,
        row.r_id,
      ]);
      return { ...page, data: page.data.map((row) => itemOf(row, values)) };
    },
  );

  app.get(
    '/v1/reviews/decided',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['reviews'],
        summary: 'Every decision ever made, also those undone, the newest first',
        security,
        querystring: z.strictObject({ ...pageQuery, entity: entityName.optional() }),
        response: { 200: pageOf(decision), ...problems() },
      },
    },
    async ({ query }) => {
      const after = decodeCursor('decided', query.cursor, 1);
      const page = {
        limit: query.limit + 1,
        ...(after ? { before: after[0]! } : {}),
        ...(query.entity ? { entity: query.entity } : {}),
      };
      const rows = (await listDecisions(db, page)).map((row) => present(decision, row));
      return toPage('decided', rows, query.limit, (row) => [row.id]);
    },
  );

  app.post(
    '/v1/reviews',
    {
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['reviews'],
        summary: 'Say that two records are the same or different; every later sync obeys',
        security,
        body: z
          .strictObject({ entity: entityName, decision: decision.shape.kind, left: key, right: key, reason: freeText })
          .meta({ id: 'ReviewRequest' }),
        response: { 201: told, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const { entity, decision: kind, left, right, reason } = request.body;
      const by = principalOf(request).name;
      const verdict = { entity, kind, left: keyOf(left), right: keyOf(right), reason, by };
      return reply.code(201).send(present(told, await decide(db, verdict, clock.now())));
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
        response: { 200: told, ...problems(404, 409) },
      },
    },
    async (request) => {
      const { params, body } = request;
      return present(told, await undo(db, params.reviewId, body.reason, principalOf(request).name, clock.now()));
    },
  );

  /** The evidence rows of both sides, by "entity connection id". */
  async function valuesOf(rows: Item[]) {
    const found = new Map<string, { object: string; values: Record<string, unknown> }>();
    for (const [entity, items] of Map.groupBy(rows, (row) => row.entity)) {
      if (!(await existingTables(db, [`standard.${entity}`])).has(`standard.${entity}`)) continue;
      const keys = items.flatMap((row) => [`${row.l_connection_id} ${row.l_id}`, `${row.r_connection_id} ${row.r_id}`]);
      const records = await db.query<{
        key: string;
        object: string;
        values: Record<string, unknown>;
      }>(sql`/* reviews.values */
        select s.connection_id || ' ' || s.id as key, s.object, jsonb_strip_nulls(to_jsonb(s))
          - array['connection_id', 'object', 'id', '_version', 'modified_at'] as values
        from ${identifier('standard', entity)} s join unnest(${keys.map((one) => one.split(' ')[0])}::text[],
          ${keys.map((one) => one.split(' ')[1])}::text[]) k (connection_id, id) using (connection_id, id)`);
      for (const { key: at, ...rest } of records) found.set(`${entity} ${at}`, rest);
    }
    return found;
  }
};

type Item = {
  entity: string;
  l_connection_id: string;
  l_id: string;
  r_connection_id: string;
  r_id: string;
  l_golden_id: string;
  r_golden_id: string;
  reason: string;
  weight: number | null;
  probability: number | null;
  priority_text: string;
  evidence: unknown;
};

function itemOf(row: Item, values: Map<string, { object: string; values: Record<string, unknown> }>) {
  const { weight, probability } = row;
  const sideOf = (connectionId: string, id: string, goldenId: string) => {
    const known = values.get(`${row.entity} ${connectionId} ${id}`);
    return { connectionId, salesforceId: id, object: known?.object ?? '', goldenId, values: known?.values ?? {} };
  };
  const parts = evidenceOf(row.evidence);
  const outcome = row.l_golden_id === row.r_golden_id ? 'one' : 'apart';
  const isScored = weight !== null && probability !== null;
  return present(reviewItem, {
    ...row,
    left: sideOf(row.l_connection_id, row.l_id, row.l_golden_id),
    right: sideOf(row.r_connection_id, row.r_id, row.r_golden_id),
    record_count: Number((row as unknown as { record_count: string }).record_count),
    sentence: isScored ? sentence({ weight, probability, outcome }, parts) : null,
    waterfall: isScored ? waterfall(weight, parts) : [],
  });
}

/** A cursor may be forged: what is no number starts from the end instead of failing in PostgreSQL. */
function number(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}
