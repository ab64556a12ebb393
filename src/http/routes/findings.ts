/** Open and closed findings of the quality rules, and the scores they add up to. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { dimension } from '../../model/rule.ts';
import type { AppContext } from '../app-context.ts';
import { listFindings } from '../../views/findings.ts';
import { listScores } from '../../views/scores.ts';
import { answerPage, pageOf, pageQuery } from '../page.ts';
import { problems } from '../problem.ts';
import { objectName, rate, ruleId, runId, salesforceId, time } from '../shapes.ts';
import { toSalesforceId18 } from '../salesforce-id.ts';

export const finding = z
  .object({
    id: z.string(),
    ruleId: z.string(),
    ruleVersion: z.int(),
    title: z.string().nullable().describe('What the rule finds; null when the rule is no longer there'),
    advice: z.string().nullable().describe('What to do in Salesforce'),
    object: z.string(),
    recordId: z.string(),
    field: z.string().nullable(),
    dimension,
    severity: z.enum(['warn', 'critical']),
    isStale: z.boolean(),
    ownerId: z.string().nullable(),
    amount: z.number().nullable(),
    openedAt: time,
    lastSeenAt: time,
    closedAt: time.nullable(),
  })
  .meta({ id: 'Finding' });

const score = z
  .object({
    runId: z.string(),
    object: z.string(),
    dimension: dimension.nullable().describe('Null: the whole object'),
    score: rate.nullable().describe('0..1; null when nothing could be measured'),
    applicableCount: z.int(),
    recordCount: z.int(),
    measuredAt: time,
  })
  .meta({ id: 'Score' });

const findings = { name: 'findings', keyLength: 1, row: finding };
const scores = { name: 'scores', keyLength: 3, row: score };

const findingQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'closed', 'all']).default('open'),
  rule: ruleId.optional(),
  object: objectName.optional(),
  recordId: salesforceId.optional(),
  ownerId: salesforceId.optional(),
  dimension: dimension.optional(),
  severity: z.enum(['warn', 'critical']).optional(),
  stale: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).optional(),
});

export const findingRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard } = context;

  app.get(
    '/v1/findings',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Records that break a rule, with what to do',
        querystring: findingQuery,
        response: { 200: pageOf(finding), ...problems() },
      },
    },
    async ({ query }) => {
      const [recordId, ownerId] = [query.recordId, query.ownerId].map((id) => id && toSalesforceId18(id));
      const filter = { ...query, connectionId, recordId, ownerId };
      return answerPage(findings, query, (page) => listFindings(db, definitions, filter, page));
    },
  );

  app.get(
    '/v1/scores',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Quality scores by object and dimension',
        description: 'Each score is of the last complete sync that measured it, unless runId names one.',
        querystring: z.strictObject({ ...pageQuery, runId: runId.optional(), object: objectName.optional() }),
        response: { 200: pageOf(score), ...problems() },
      },
    },
    ({ query }) => {
      const { runId: run, object } = query;
      const filter = { connectionId, runId: run, object, objects: definitions.objects.map(({ name }) => name) };
      return answerPage(scores, query, (page) => listScores(db, filter, page));
    },
  );
};
