/** Any golden id that ever was: what it resolves to, at any time, and values pinned to it by hand. */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type AnsweredPin, pin, pinOf, unpin } from '../../review/pin.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { DomainError } from '../../model/errors.ts';
import { entityOf, goldenAt } from '../../views/golden.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames, principalOf } from '../auth.ts';
import { etagOf, givenRevision, ifMatch } from '../etag.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, askedDay, freeText, goldenId, moment, time } from '../shapes.ts';

const security = [{ key: [] }];
const member = z.object({
  connectionId: z.string(),
  salesforceId: z.string(),
  object: z.string(),
  since: time,
  until: time.nullable().describe('Null: still there'),
});
const resolved = z
  .object({
    goldenId: z.string(),
    entity: z.string(),
    asOf: time,
    resolvesTo: z.string().nullable().describe('The id that stood for it then; null when it was not minted yet'),
    path: z.array(z.string()).describe('From the id asked for through each merge'),
    isRetired: z.boolean().describe('What it resolves to had no records any more'),
    members: z.array(member).describe('Records of the resolved id at that time'),
  })
  .meta({ id: 'GoldenRecordAt' });

const setByHand = z
  .object({
    id: z.string(),
    goldenId: z.string(),
    field: z.string(),
    value: z.string().nullable().optional().describe('Null: to be blank. Left out for a key without pii:read'),
    reason: z.string(),
    pinnedBy: z.string(),
    pinnedActor: actorRef.nullable(),
    pinnedAt: time,
  })
  .meta({ id: 'StandingPin' });
const pinned = setByHand
  .extend({ runId: z.string().nullable().describe('The sync that takes it into account') })
  .meta({ id: 'Pin' });

export const goldenRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId, definitions, guard } = context;
  const fieldParams = z.strictObject({ goldenId, field: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/) });

  app.get(
    '/v1/golden/:goldenId',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['golden records'],
        summary: 'The records of a golden id, now or at a time',
        security,
        params: z.strictObject({ goldenId }),
        querystring: z.strictObject({ asOf: moment.optional().describe('Left out: now') }),
        response: { 200: resolved, ...problems(404) },
      },
    },
    async ({ params, query }) => {
      const now = clock.now();
      const found = await goldenAt(db, params.goldenId, query.asOf === undefined ? now : new Date(query.asOf), now);
      if (!found) throw new DomainError('not-found', `There is no golden record ${params.goldenId}.`);
      return present(resolved, found);
    },
  );

  app.get(
    '/v1/golden/:goldenId/fields/:field/pin',
    {
      config: { sends: ['etag'] },
      onRequest: guard('pii:read'),
      schema: {
        tags: ['golden records'],
        summary: 'The value that is set by hand',
        security,
        params: fieldParams,
        response: { 200: setByHand, ...problems(404) },
      },
    },
    async ({ params }, reply) => {
      const found = await pinOf(db, params);
      return reply.header('etag', etagOf(found.revision)).send(present(setByHand, found));
    },
  );

  app.put(
    '/v1/golden/:goldenId/fields/:field/pin',
    {
      config: { sends: ['etag'] },
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['golden records'],
        summary: 'Set a value by hand; it outranks all others',
        description: 'If-Match "0": only where none is set by hand yet.',
        security,
        params: fieldParams,
        headers: ifMatch,
        body: z
          .strictObject({ value: freeText.nullable().describe('Null: to be blank'), reason: freeText })
          .meta({ id: 'PinRequest' }),
        response: { 200: pinned, ...problems(404, 409, 412) },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      checkValue(await definitionOf(params.goldenId), params.field, body.value);
      const expected = givenRevision(request.headers);
      const wanted = { ...params, ...body, by: principalOf(request), expected };
      const made = await pin(db, connectionId, wanted, clock.now());
      return reply.header('etag', etagOf(made.revision)).send(shown(request, made));
    },
  );

  app.delete(
    '/v1/golden/:goldenId/fields/:field/pin',
    {
      onRequest: guard('reviews:write'),
      schema: {
        tags: ['golden records'],
        summary: 'Remove a value set by hand',
        security,
        params: fieldParams,
        headers: ifMatch,
        response: { 200: pinned, ...problems(404, 409, 412) },
      },
    },
    async (request) => {
      const expected = givenRevision(request.headers);
      const where = { ...request.params, by: principalOf(request), expected };
      return shown(request, await unpin(db, connectionId, where, clock.now()));
    },
  );

  async function definitionOf(id: string): Promise<EntityDefinition> {
    const found = await entityOf(db, id);
    const entity = definitions.entities.find(({ name }) => name === found);
    if (!entity) throw new DomainError('not-found', `There is no golden record ${id}.`);
    return entity;
  }
};

/** Who may set and remove values need not see those that others set, nor those of the record. */
function shown(request: FastifyRequest, { value, ...row }: AnsweredPin) {
  return present(pinned, maySeeNames(request) ? { ...row, value } : row);
}

/** @throws DomainError `request-refused` when there is no such field, or the value is not of its kind. */
function checkValue(entity: EntityDefinition, field: string, value: string | null): void {
  const fault = (pointer: string, message: string): never => {
    throw new DomainError('request-refused', message, { faults: [{ pointer, message }] });
  };
  const found = entity.fields[field];
  if (!found) {
    fault('/params/field', `${entity.name} has no field "${field}"; it has ${Object.keys(entity.fields).join(', ')}`);
  } else if (value !== null) {
    const isNumber = /^-?\d{1,15}(\.\d{1,9})?$/;
    if (found.kind === 'number' && !isNumber.test(value)) fault('/value', 'must be a number like 1200.5');
    if (found.kind === 'date' && !askedDay.safeParse(value).success) fault('/value', 'must be a day like 2026-01-31');
    if ([found.survivor].flat().includes('any-true') && !['true', 'false'].includes(value)) {
      fault('/value', 'must be true or false');
    }
  }
}
