/** Keys of the API: who has one, made, rotated and revoked; and what the key at hand may do. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createKey, getKey, listKeys, revokeKey, rotateKey, scope } from '../../control/key.ts';
import { actorKind } from '../../model/actor.ts';
import { DomainError } from '../../model/errors.ts';
import { toPage } from '../../views/page.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, freeText, keyId, moment, time } from '../shapes.ts';

const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('The first characters of the key; the key itself is kept nowhere'),
    scopes: z.array(scope),
    createdAt: time,
    createdBy: actorRef.nullable(),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable().describe('Exact to the minute'),
    revokedAt: time.nullable(),
    revokedBy: actorRef.nullable(),
    replacedBy: z.string().nullable().describe('The key that a rotation made in its place'),
  })
  .meta({ id: 'ApiKey' });
const shownKey = apiKey.extend({ key: z.string().describe('Shown this once') }).meta({ id: 'NewApiKey' });
const me = z
  .object({
    kind: actorKind,
    id: z.string(),
    name: z.string(),
    scopes: z.array(scope).describe('With `admin` you may do everything'),
    expiresAt: time.nullable(),
  })
  .meta({ id: 'Me' });
const keys = { name: 'keys', keyLength: 1, row: apiKey };

const newKey = z
  .strictObject({
    name: freeText.max(100).describe('The person or program that uses it'),
    scopes: z
      .array(scope)
      .min(1)
      .max(scope.options.length)
      .refine((given) => new Set(given).size === given.length, 'names a scope twice')
      .meta({ uniqueItems: true }),
    expiresAt: moment.nullish().describe('Null or left out: never'),
  })
  .meta({ id: 'ApiKeyRequest' });
const rotation = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(30 * 24 * 3600)
      .default(24 * 3600)
      .describe('So long the old key stays valid beside the new one'),
  })
  .meta({ id: 'ApiKeyRotation' })
  .nullish()
  .transform((body) => body ?? { graceSeconds: 24 * 3600 });
const params = z.strictObject({ keyId });

export const keyRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard } = context;
  const tags = ['keys'];

  app.get(
    '/v1/me',
    {
      onRequest: guard('any'),
      schema: { tags, summary: 'Who you are, and what you may do', response: { 200: me, ...problems() } },
    },
    async (request) => {
      const { kind, id, name, scopes } = principalOf(request);
      const expiresAt = kind === 'key' ? (await getKey(db, id)).expiresAt : null;
      return present(me, { kind, id, name, scopes, expiresAt });
    },
  );

  app.get(
    '/v1/keys',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'All keys, newest first, also revoked and expired ones',
        querystring: z.strictObject(listQuery),
        response: { 200: listResponse(apiKey), ...problems() },
      },
    },
    ({ query }, reply) =>
      answerList(reply, keys, query, async (page) =>
        toPage(await listKeys(db, page.limit + 1, page.after?.[0]), page, ({ id }) => [id]),
      ),
  );

  app.post(
    '/v1/keys',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'Create a key; it is shown once',
        description:
          'Takes no Idempotency-Key, since the answer is kept nowhere. If it got lost, revoke the newest key of this name and create another.',
        body: newKey,
        response: { 201: shownKey, ...problems() },
      },
    },
    async (request, reply) => {
      const { name, scopes, expiresAt } = request.body;
      const until = expiresAt == null ? null : new Date(expiresAt);
      if (until && until <= clock.now()) {
        const message = 'must be in the future';
        throw new DomainError('request-refused', `expiresAt ${message}.`, {
          faults: [{ pointer: '/expiresAt', message }],
        });
      }
      const made = await createKey(db, { name, scopes, expiresAt: until }, principalOf(request));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(present(shownKey, { ...(await getKey(db, made.id)), key: made.key }));
    },
  );

  app.post(
    '/v1/keys/:keyId/rotate',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'Create a key in the place of one; it is shown once',
        description:
          'The new key has the same name, scopes and length of life. The old one stays valid for a day, or for `graceSeconds`.',
        params,
        body: rotation,
        response: { 201: shownKey, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const { graceSeconds } = request.body;
      const made = await rotateKey(db, request.params.keyId, graceSeconds, principalOf(request), clock.now());
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(present(shownKey, { ...(await getKey(db, made.id)), key: made.key }));
    },
  );

  app.post(
    '/v1/keys/:keyId/revoke',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'End a key at once; its open streams end too',
        description: 'Revoking twice is fine.',
        params,
        response: { 200: apiKey, ...problems(404) },
      },
    },
    async (request) => present(apiKey, await revokeKey(db, request.params.keyId, principalOf(request), clock.now())),
  );
};
