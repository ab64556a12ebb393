/** Quality rules as an admin owns them: what is set of each, who set it and why, and rules made by form. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { columnType } from '../../model/object.ts';
import { formColumns, operator } from '../../model/rule-form.ts';
import { DomainError } from '../../model/errors.ts';
import { dimension, parameterValue } from '../../model/rule.ts';
import { makeRule, removeRule, setRule } from '../../review/rule-setting.ts';
import { decayOf } from '../../views/decay.ts';
import { listRules, ruleHistory } from '../../views/rules.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { etagOf, givenRevision, ifMatch, ifMatchNeeded, revisionOf } from '../etag.ts';
import { answerWhole, wholeQuery, wholeResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, backtestId, connectionId, freeText, objectIn, rate, ruleId, time } from '../shapes.ts';

const severity = z.enum(['warn', 'critical']);
const parameter = z.object({
  name: z.string(),
  type: z.enum(['number', 'words']),
  description: z.string(),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  default: parameterValue,
  value: parameterValue.describe('What holds now'),
});
const rule = z
  .object({
    id: z.string(),
    object: z.string(),
    field: z.string().nullable(),
    dimension,
    severity,
    title: z.string(),
    advice: z.string(),
    isStale: z.boolean(),
    origin: z.enum(['built-in', 'file', 'form']).describe('file: of ASSAY_CONFIG; form: made over HTTP'),
    version: z.int().describe('Of what the file says'),
    revision: z.int().describe('Of what people have set; 0: nothing'),
    isOn: z.boolean(),
    weight: z.number().describe('Of a record, against 1 of another rule of the dimension'),
    alerts: z.boolean().describe('Whether a fall by it may alert'),
    parameters: z.array(parameter),
    applicableCount: z.int().nullable().describe('Records it was asked of in the last sync; null: it was not asked'),
    violatedCount: z.int().nullable(),
    waivedCount: z.int().nullable().describe('Violated and waived, in neither of the two'),
    checkedAt: time.nullable(),
    changedAt: time.nullable(),
    changedBy: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'Rule' });
const change = z
  .object({
    at: time,
    kind: z.enum(['written', 'set', 'created', 'removed']),
    version: z.int().nullable(),
    revision: z.int().nullable(),
    setting: z.record(z.string(), z.unknown()).nullable().describe('As it stood after the change'),
    reason: z.string().nullable(),
    backtestId: z.string().nullable(),
    by: z.string().nullable(),
    actor: actorRef.nullable(),
  })
  .meta({ id: 'RuleChange' });

const decay = z
  .object({
    ruleId: z.string(),
    watchedSince: time.nullable(),
    recordCount: z.int().describe('Records that have a value'),
    changedCount: z.int().describe('Those whose value was seen to change since'),
    recordYears: z.number(),
    yearlyDecay: rate.nullable().describe('Of the values a year changes; null: too few changes to say'),
    low: rate.nullable().describe('Of 95 %'),
    high: rate.nullable(),
    suggestedDays: z.int().nullable().describe('The age at which 80 % of the values still hold'),
    currentDays: z.number(),
    defaultDays: z.number(),
  })
  .meta({ id: 'Decay' });

const formObject = z
  .object({
    object: z.string(),
    columns: z.array(
      z.object({ name: z.string(), type: columnType, description: z.string(), operators: z.array(operator) }),
    ),
  })
  .meta({ id: 'RuleFormObject' });

export const settingChange = {
  isOn: z.boolean().optional(),
  severity: severity.nullable().optional().describe('Null: as the rule was written'),
  weight: z.number().positive().max(100).nullable().optional(),
  alerts: z.boolean().nullable().optional(),
  parameters: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), parameterValue.nullable())
    .optional()
    .describe('By name; null: the default'),
};

export const ruleRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, definitions, guard } = context;
  const params = z.strictObject({ ruleId });
  const ofOrg = { connection: connectionId.default(own).describe('Whose counts') };
  const one = async (id: string, connection: string) => {
    const [found] = await listRules(db, definitions, { connectionId: connection, id });
    if (!found) throw new DomainError('not-found', `There is no rule "${id}".`);
    return found;
  };

  app.get(
    '/v1/rules',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'All rules with their settings and what they found, also those switched off',
        querystring: z.strictObject({ ...wholeQuery, object: objectIn(definitions).optional(), ...ofOrg }),
        response: { 200: wholeResponse(rule), ...problems() },
      },
    },
    async ({ query: { format, object, connection } }, reply) => {
      const rows = await listRules(db, definitions, { connectionId: connection, object });
      return answerWhole(reply, { name: 'rules', row: rule }, format, rows);
    },
  );

  app.get(
    '/v1/rules/columns',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'What a rule made by form may ask: the columns of each object, and the operators of each',
        querystring: z.strictObject({ object: objectIn(definitions).optional() }),
        response: { 200: z.object({ data: z.array(formObject) }), ...problems() },
      },
    },
    ({ query: { object } }) => ({
      data: definitions.objects
        .filter(({ name }) => object === undefined || name === object)
        .map((one) => ({ object: one.name, columns: formColumns(one) })),
    }),
  );

  app.get(
    '/v1/rules/:ruleId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'One rule; its ETag is what a change needs as If-Match',
        params,
        querystring: z.strictObject(ofOrg),
        response: { 200: rule, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await one(request.params.ruleId, request.query.connection);
      return reply.header('etag', etagOf(found.revision)).send(present(rule, found));
    },
  );

  app.get(
    '/v1/rules/:ruleId/history',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'Who changed the rule, when and why, newest first',
        params,
        response: { 200: z.object({ data: z.array(change) }), ...problems(404) },
      },
    },
    async (request) => {
      const { ruleId: id } = request.params;
      const rows = await ruleHistory(db, id);
      if (rows.length === 0) await one(id, own);
      return { data: rows.map((row) => present(change, row)) };
    },
  );

  app.get(
    '/v1/rules/:ruleId/decay',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'How fast the field of a staleness rule decays in this org, and the days that follow',
        params,
        querystring: z.strictObject(ofOrg),
        response: { 200: decay, ...problems(404) },
      },
    },
    async (request) => {
      const { connection } = request.query;
      const found = await one(request.params.ruleId, connection);
      const measured = await decayOf(db, definitions, found, { connectionId: connection, now: clock.now() });
      if (!measured) throw new DomainError('not-found', `${found.id} is about the age of no field.`);
      return present(decay, measured);
    },
  );

  app.patch(
    '/v1/rules/:ruleId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags: ['rules'],
        summary: 'Change what is set of a rule; the next sync obeys',
        params,
        headers: ifMatchNeeded,
        body: z
          .strictObject({ ...settingChange, reason: freeText, backtestId: backtestId.optional() })
          .meta({ id: 'RuleSetting' }),
        response: { 200: rule, ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const { ruleId: id } = request.params;
      const { reason, backtestId: seen, ...wished } = request.body;
      const expected = revisionOf(request.headers);
      const wish = { ruleId: id, expected, change: wished, reason, backtestId: seen ?? null, by: principalOf(request) };
      await setRule(db, definitions, wish, clock.now());
      const found = await one(id, own);
      return reply.header('etag', etagOf(found.revision)).send(present(rule, found));
    },
  );

  app.post(
    '/v1/rules',
    {
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags: ['rules'],
        summary: 'Make a rule of the form of a back-test; the next sync asks it',
        body: z
          .strictObject({
            id: z.string().regex(/^own-[a-z0-9-]{1,80}$/, 'must be own-… of lower-case letters, digits and dashes'),
            backtestId: backtestId.describe('A back-test of the form, done'),
            reason: freeText,
          })
          .meta({ id: 'RuleRequest' }),
        response: { 201: rule, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const wish = { ...request.body, by: principalOf(request) };
      await makeRule(db, definitions, wish, clock.now());
      const made = await one(wish.id, own);
      return reply.code(201).header('etag', etagOf(made.revision)).send(present(rule, made));
    },
  );

  app.delete(
    '/v1/rules/:ruleId',
    {
      onRequest: guard('config:write'),
      schema: {
        tags: ['rules'],
        summary: 'Remove a rule made by form; its findings close with the next sync',
        params,
        headers: ifMatch,
        response: { 204: z.null(), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const expected = givenRevision(request.headers);
      await removeRule(db, request.params.ruleId, principalOf(request), clock.now(), expected);
      return reply.code(204).send(null);
    },
  );
};
