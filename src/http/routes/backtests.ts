/** What a change of a rule would do, measured by a job before anybody saves it. */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { ruleForm } from '../../model/rule-form.ts';
import { dimension } from '../../model/rule.ts';
import { askBacktest, type BacktestRequest } from '../../review/backtest.ts';
import { listBacktests } from '../../views/backtests.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames, principalOf } from '../auth.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, backtestId, connectionId, rate, ruleId, time } from '../shapes.ts';
import { settingChange } from './rules.ts';

const counts = z.object({ applicableCount: z.int(), violatedCount: z.int(), waivedCount: z.int() });
const score = rate.nullable().describe('0..1; null: nothing is measured');
const result = z.object({
  object: z.string(),
  dimension,
  recordCount: z.int(),
  rule: z.object({ before: counts, after: counts }),
  openedCount: z.int().describe('Findings that would open'),
  closedCount: z.int().describe('Findings that would close'),
  objectScore: z.object({ before: score, after: score }),
  dimensionScore: z.object({ before: score, after: score }),
  owners: z
    .array(
      z.object({
        ownerId: z.string().nullable(),
        ownerName: z.string().nullable().describe('Null without pii:read'),
        openedCount: z.int(),
        closedCount: z.int(),
      }),
    )
    .describe('Those with most changes, at most 50'),
  opened: z.array(z.string()).describe('Salesforce ids of examples, those of most money first'),
  closed: z.array(z.string()),
  names: z.record(z.string(), z.string()).describe('Of these examples by id; none without pii:read'),
});
const backtest = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    ruleId: z.string().nullable().describe('Null: of a form'),
    proposal: z.record(z.string(), z.unknown()),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    result: result.nullable().describe('Null until it is done'),
    fault: z.string().nullable(),
    requestedBy: z.string(),
    requestedActor: actorRef.nullable(),
    requestedAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Backtest' });

export const backtestRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, definitions, guard } = context;
  const connection = connectionId.default(own).describe('Whose records are asked');
  const one = async (id: string, request: FastifyRequest) => {
    const [found] = await listBacktests(db, definitions, { id }, maySeeNames(request));
    if (!found) throw new DomainError('not-found', `There is no back-test ${id}.`);
    return present(backtest, found);
  };
  const asked = (request: BacktestRequest) => askBacktest(db, definitions, request, clock.now());

  app.post(
    '/v1/rules/:ruleId/backtests',
    {
      config: { sends: ['location'] },
      onRequest: guard('config:write'),
      schema: {
        tags: ['rules'],
        summary: 'Start to measure what a change of the settings would do; follow it under /v1/backtests',
        params: z.strictObject({ ruleId }),
        body: z.strictObject({ ...settingChange, connection }).meta({ id: 'BacktestRequest' }),
        response: { 202: backtest, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { connection: org, ...change } = request.body;
      const by = principalOf(request);
      const id = await asked({ connectionId: org, ruleId: request.params.ruleId, change, by });
      return reply
        .code(202)
        .header('location', `/v1/backtests/${id}`)
        .send(await one(id, request));
    },
  );

  app.get(
    '/v1/rules/:ruleId/backtests',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'Back-tests of a rule, newest first',
        params: z.strictObject({ ruleId }),
        response: { 200: z.object({ data: z.array(backtest) }), ...problems() },
      },
    },
    async (request) => {
      const rows = await listBacktests(db, definitions, { ruleId: request.params.ruleId }, maySeeNames(request));
      return { data: rows.map((row) => present(backtest, row)) };
    },
  );

  app.post(
    '/v1/backtests',
    {
      config: { sends: ['location'] },
      onRequest: guard('config:write'),
      schema: {
        tags: ['rules'],
        summary: 'Start to measure what a new rule would find',
        body: z.strictObject({ form: ruleForm, connection }).meta({ id: 'FormBacktestRequest' }),
        response: { 202: backtest, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { connection: org, form } = request.body;
      const id = await asked({ connectionId: org, form, by: principalOf(request) });
      return reply
        .code(202)
        .header('location', `/v1/backtests/${id}`)
        .send(await one(id, request));
    },
  );

  app.get(
    '/v1/backtests/:backtestId',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'One back-test, with its answer once it is done',
        params: z.strictObject({ backtestId }),
        response: { 200: backtest, ...problems(404) },
      },
    },
    (request) => one(request.params.backtestId, request),
  );
};
