/** Quality scores: now, over time, and by owner, team, source and the like. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { dimension } from '../../model/rule.ts';
import { scoreSegments, segmentKind } from '../../views/score-segments.ts';
import { scoreSeries } from '../../views/score-series.ts';
import { listScores } from '../../views/scores.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { connectionId, objectIn, rate, runId, time } from '../shapes.ts';

const measured = {
  score: rate.nullable().describe('0..1; null when nothing could be measured'),
  applicableCount: z.int().describe('Answers that the score is a share of'),
  recordCount: z.int(),
};
const score = z
  .object({
    runId: z.string(),
    object: z.string(),
    dimension: dimension.nullable().describe('Null: the whole object'),
    ...measured,
    measuredAt: time,
  })
  .meta({ id: 'Score' });
const mark = z.object({
  rules: z.array(
    z.object({
      ruleId: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      reason: z.string().nullable().describe('Of the setting that changed it; null: its file did'),
      by: z.string().nullable(),
      at: time.nullable(),
    }),
  ),
});
const point = z
  .object({
    runId: z.string(),
    measuredAt: time,
    ...measured,
    mark: mark.nullable().describe('What changed about the rules since the point before: no fall, no rise'),
  })
  .meta({ id: 'ScorePoint' });
const segment = z
  .object({
    value: z.string().nullable().describe('Null: the records have none'),
    name: z.string().nullable().describe('Of the owner, creator, role or record type; people only with pii:read'),
    ...measured,
    violatedCount: z.int(),
  })
  .meta({ id: 'ScoreSegment' });
const scores = { name: 'scores', keyLength: 3, row: score };

export const scoreRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, definitions, guard } = context;
  const connection = connectionId.default(own).describe('Whose scores');

  app.get(
    '/v1/scores',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Quality scores by object and dimension',
        description: 'Each score is of the last complete sync that measured it, unless runId names one.',
        querystring: z.strictObject({
          ...listQuery,
          runId: runId.optional(),
          object: objectIn(definitions).optional(),
          connection,
        }),
        response: { 200: listResponse(score), ...problems() },
      },
    },
    ({ query }, reply) => {
      const { runId: run, object, connection: org } = query;
      const filter = { connectionId: org, runId: run, object, objects: definitions.objects.map(({ name }) => name) };
      return answerList(reply, scores, query, (page) => listScores(db, filter, page));
    },
  );

  app.get(
    '/v1/scores/series',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'The score of an object over time, oldest first, with marks where rules or settings changed',
        querystring: z.strictObject({
          object: objectIn(definitions),
          dimension: dimension.optional().describe('Left out: the whole object'),
          limit: z.coerce.number().int().min(1).max(1000).default(90).describe('Newest syncs'),
          connection,
        }),
        response: { 200: z.object({ data: z.array(point) }), ...problems() },
      },
    },
    async ({ query }) => {
      const { object, limit, connection: org } = query;
      const rows = await scoreSeries(db, { connectionId: org, object, dimension: query.dimension ?? null, limit });
      return { data: rows.map((row) => present(point, row)) };
    },
  );

  app.get(
    '/v1/scores/segments',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'The score of an object by owner, team, source or another segment, as its last sync judged it',
        querystring: z.strictObject({ object: objectIn(definitions), by: z.enum(segmentKind), connection }),
        response: { 200: z.object({ data: z.array(segment) }), ...problems() },
      },
    },
    async (request) => {
      const { object, by, connection: org } = request.query;
      const withNames = maySeeNames(request);
      const rows = await scoreSegments(db, definitions, { connectionId: org, object, by, withNames, now: clock.now() });
      return { data: rows.map((row) => present(segment, row)) };
    },
  );
};
