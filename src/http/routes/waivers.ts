/** Violations that people decided to leave as they are: list, add, lift. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { liftWaiver, waive, type WaiverSubject } from '../../review/waiver.ts';
import { listWaivers } from '../../views/waivers.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { actorRef, connectionId, findingId, freeText, objectName, ruleId, time, waiverId } from '../shapes.ts';

const waiver = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    object: z.string(),
    ruleId: z.string().nullable().describe('Null: every rule'),
    recordId: z.string().nullable(),
    column: z.string().nullable().describe('Of all records that break the rule and have the value'),
    value: z.string().nullable(),
    reason: z.string(),
    until: time.nullable().describe('When it ends by itself; null: when it is lifted'),
    madeBy: z.string(),
    madeActor: actorRef.nullable(),
    madeAt: time,
    liftedAt: time.nullable(),
    liftedBy: z.string().nullable(),
  })
  .meta({ id: 'Waiver' });
const waivers = { name: 'waivers', keyLength: 1, row: waiver };

export const waiverRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, definitions, guard } = context;
  const connection = connectionId.default(own).describe('The org');
  const body = z
    .strictObject({
      findingId: findingId.optional(),
      object: objectName.optional(),
      recordId: salesforceId.optional(),
      ruleId: ruleId.optional().describe('With recordId, left out: every rule'),
      column: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a column of the object')
        .optional(),
      value: freeText.max(200).optional().describe('As Salesforce has it, e.g. the country'),
      connection,
      reason: freeText,
      until: time.nullable().default(null).describe('When it ends by itself'),
    })
    .describe('Of findingId alone, of object and recordId, or of ruleId, column and value')
    .meta({
      id: 'WaiverRequest',
      oneOf: [
        { required: ['findingId'] },
        { required: ['object', 'recordId'] },
        { required: ['ruleId', 'column', 'value'] },
      ],
    });

  app.get(
    '/v1/waivers',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['quality'],
        summary: 'Violations left as they are, newest first',
        querystring: z.strictObject({
          ...listQuery,
          state: z.enum(['standing', 'all']).default('standing'),
          connection,
        }),
        response: { 200: listResponse(waiver), ...problems() },
      },
    },
    ({ query }, reply) => {
      const filter = { connectionId: query.connection, state: query.state, now: clock.now() };
      return answerList(reply, waivers, query, (page) => listWaivers(db, filter, page));
    },
  );

  app.post(
    '/v1/waivers',
    {
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['quality'],
        summary: 'Leave a finding, a record, or all records with a value as they are; scores follow with the next sync',
        body,
        response: { 201: waiver, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { reason, until, connection: org } = request.body;
      const wish = {
        connectionId: org,
        subject: subjectOf(request.body),
        reason,
        until: until === null ? null : new Date(until),
        by: principalOf(request),
      };
      const id = await waive(db, definitions, wish, clock.now());
      const { data } = await listWaivers(db, { id, state: 'all', now: clock.now() }, { limit: 1, after: null });
      return reply.code(201).send(present(waiver, data[0]!));
    },
  );

  app.delete(
    '/v1/waivers/:waiverId',
    {
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['quality'],
        summary: 'Lift a waiver; the violation counts again with the next sync',
        params: z.strictObject({ waiverId }),
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await liftWaiver(db, request.params.waiverId, principalOf(request), clock.now());
      return reply.code(204).send(null);
    },
  );
};

type Given = Partial<Record<'findingId' | 'object' | 'recordId' | 'ruleId' | 'column' | 'value', string | undefined>>;

/** @throws DomainError `request-refused` unless the fields given are those of one kind of waiver */
function subjectOf({ findingId: finding, object, recordId, ruleId: rule, column, value }: Given): WaiverSubject {
  const given = { finding, object, recordId, rule, column, value };
  const isOf = (...names: (keyof typeof given)[]) =>
    Object.entries(given).every(([name, one]) => one === undefined || (names as string[]).includes(name));
  if (finding && isOf('finding')) return { findingId: finding };
  if (object && recordId && isOf('object', 'recordId', 'rule')) {
    return { object, recordId, ruleId: rule ?? null };
  }
  if (rule && column && value && isOf('rule', 'column', 'value')) return { ruleId: rule, column, value };
  throw new DomainError('request-refused', 'Give findingId, or object and recordId, or ruleId, column and value.');
}
