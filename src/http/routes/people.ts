/** People who sign in at an identity provider: the way there and back, and what an admin lets them do. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { scope } from '../../control/key.ts';
import { admitPerson, changePerson, getPerson, listPeople } from '../../control/person.ts';
import { openPersonSession } from '../../control/session.ts';
import { DomainError } from '../../model/errors.ts';
import type { SignInUnderWay } from '../../model/identity.ts';
import type { AppContext } from '../app-context.ts';
import { askedBy, isLoopback, principalOf, sessionCookie } from '../auth.ts';
import { etagOf, givenRevision, ifMatch } from '../etag.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { time } from '../shapes.ts';

const tags = ['people'];
const personId = z.string().regex(/^usr_[0-9a-f-]{36}$/, 'must be the id of a person, usr_…');
const params = z.strictObject({ personId });
const person = z
  .object({
    id: z.string(),
    issuer: z.string().describe('The identity provider'),
    name: z.string(),
    email: z.string().nullable(),
    groups: z.array(z.string()).describe('At the last sign-in'),
    scopes: z.array(scope).describe('By the groups'),
    granted: z.array(scope).nullable().describe('By an admin, instead; null: the groups count'),
    blockedAt: time.nullable(),
    createdAt: time,
    lastSeenAt: time,
    revision: z.int().describe('Of what an admin set; its ETag is the same number in quotes'),
  })
  .meta({ id: 'Person' });
const change = z
  .strictObject({
    granted: z.array(scope).max(scope.options.length).nullish().describe('Null: the groups count again'),
    isBlocked: z.boolean().optional().describe('Ends what they may do at once, in open sessions too'),
  })
  .meta({ id: 'PersonChange' });

/** Of the sign-in under way; Lax, as the browser comes back from another site. */
const cookieName = 'assay_sign_in';
const minutes = 10;
const kept = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });
/** A path of this service: two slashes, or one of the other kind, would lead elsewhere. */
const localPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'must be a path of this service');

export const peopleRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard, identity } = context;
  const provider = () => {
    if (!identity) throw new DomainError('not-found', 'No identity provider is set (OIDC_ISSUER).');
    return identity;
  };

  app.get(
    '/v1/sessions/provider',
    {
      schema: {
        tags,
        summary: 'Whether people sign in at an identity provider, and where',
        response: {
          200: z.object({ name: z.string().nullable(), path: z.string().nullable() }).meta({ id: 'SignInProvider' }),
          ...problems(),
        },
      },
    },
    () => ({ name: identity?.provider.name ?? null, path: identity ? '/v1/sessions/begin' : null }),
  );

  app.get(
    '/v1/sessions/begin',
    {
      schema: {
        tags,
        summary: 'Send a browser to the identity provider',
        querystring: z.strictObject({ returnTo: localPath.default('/') }),
        response: { 302: z.null().describe('To the provider'), ...problems(404, 502) },
      },
    },
    async (request, reply) => {
      const { url, keep } = await provider().provider.begin(request.query.returnTo);
      const options = {
        path: '/v1/sessions',
        httpOnly: true,
        sameSite: 'lax',
        secure: !isLoopback(request.hostname),
      } as const;
      return reply
        .setCookie(cookieName, Buffer.from(JSON.stringify(keep)).toString('base64url'), {
          ...options,
          maxAge: minutes * 60,
        })
        .redirect(url);
    },
  );

  app.get(
    '/v1/sessions/finish',
    {
      schema: {
        // No request of the API: where the identity provider sends the browser back, with whatever it adds.
        hide: true,
        querystring: z.looseObject({}),
      },
    },
    async (request, reply) => {
      const { provider: port, roles } = provider();
      const under = underWay(request.cookies[cookieName]);
      void reply.clearCookie(cookieName, { path: '/v1/sessions' });
      if (!under)
        throw new DomainError('unauthenticated', 'No sign-in of this browser is under way, or it took too long.');
      const who = await port.finish(request.url.slice(request.url.indexOf('?')), under);
      const { token, expiresAt } = await openPersonSession(
        db,
        await admitPerson(db, who, roles, clock.now(), askedBy(request)),
        clock.now(),
        askedBy(request),
      );
      const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: !isLoopback(request.hostname) } as const;
      return reply.setCookie(sessionCookie, token, { ...options, expires: expiresAt }).redirect(under.returnTo);
    },
  );

  app.get(
    '/v1/people',
    {
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'People who have signed in, also those who may do nothing yet',
        response: { 200: z.object({ data: z.array(person) }), ...problems() },
      },
    },
    async () => ({ data: (await listPeople(db)).map((row) => present(person, row)) }),
  );

  app.get(
    '/v1/people/:personId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('admin'),
      schema: { tags, summary: 'One person', params, response: { 200: person, ...problems(404) } },
    },
    async (request, reply) => {
      const found = await getPerson(db, request.params.personId);
      return reply.header('etag', etagOf(found.revision)).send(present(person, found));
    },
  );

  app.patch(
    '/v1/people/:personId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('admin'),
      schema: {
        tags,
        summary: 'Grant scopes to a person, or block them',
        params,
        headers: ifMatch,
        body: change,
        response: { 200: person, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const { personId: id } = request.params;
      const expected = givenRevision(request.headers);
      const changed = await changePerson(db, id, request.body, principalOf(request), expected, clock.now());
      return reply.header('etag', etagOf(changed.revision)).send(present(person, changed));
    },
  );
};

function underWay(cookie: string | undefined): SignInUnderWay | null {
  try {
    return kept.parse(JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString()));
  } catch {
    return null;
  }
}
