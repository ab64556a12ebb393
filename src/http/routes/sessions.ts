/** A browser signs in with a key, or with a link made for one, and signs out: here, or wherever the key is signed in. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { scope } from '../../control/key.ts';
import { endSessions, openSession, sessionDays } from '../../control/session.ts';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app-context.ts';
import { askedBy, isLoopback, principalOf, refuseForeignOrigin, sessionCookie } from '../auth.ts';
import { problems } from '../problem.ts';
import { time } from '../shapes.ts';

const secret = z.string().min(1).max(200);
const signIn = z
  .strictObject({
    key: secret.optional().describe('An API key'),
    link: secret.optional().describe('The code of a sign-in link, which opens one session'),
  })
  .meta({ id: 'SignIn', oneOf: [{ required: ['key'] }, { required: ['link'] }] })
  .transform((body, context) => {
    if (body.key !== undefined && body.link === undefined) return { key: body.key };
    if (body.link !== undefined && body.key === undefined) return { link: body.link };
    context.addIssue({ code: 'custom', message: 'must have either key or link' });
    return z.NEVER;
  });
const session = z
  .object({ id: z.string(), name: z.string().describe('Of the key'), scopes: z.array(scope), expiresAt: time })
  .meta({ id: 'Session' });
const ended = z.object({ endedCount: z.int().describe('Sessions that ended now') }).meta({ id: 'SignedOut' });

/** As the browser keeps it: no script reads it, no other site sends it. */
function cookieOptions(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: !isLoopback(request.hostname) } as const;
}

export const sessionRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard, strangers } = context;
  const signOut = (request: FastifyRequest, reply: FastifyReply, endedCount: number) =>
    reply.clearCookie(sessionCookie, cookieOptions(request)).code(200).send({ endedCount });

  app.post(
    '/v1/sessions',
    {
      schema: {
        tags: ['sessions'],
        summary: 'Sign a browser in with a key or a sign-in link',
        description: `The answer sets a cookie for ${sessionDays} days. The session ends with its key. Scripts send the key itself instead.`,
        body: signIn,
        response: { 201: session, ...problems() },
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request);
      const credential = ('key' in request.body ? request.body.key : request.body.link) ?? '';
      const now = clock.now();
      strangers.admit(request.ip, credential, now);
      const opened = openSession(db, request.body, now, askedBy(request)).catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'unauthenticated')
          strangers.learn(request.ip, credential, false, now);
        throw error;
      });
      const { id, token, principal, expiresAt } = await opened;
      const { name, scopes } = principal;
      return reply
        .setCookie(sessionCookie, token, { ...cookieOptions(request), expires: expiresAt })
        .code(201)
        .send({ id, name, scopes, expiresAt: expiresAt.toISOString() });
    },
  );

  app.delete(
    '/v1/sessions/current',
    {
      onRequest: guard('any'),
      schema: {
        tags: ['sessions'],
        summary: 'Sign out here',
        response: { 200: ended, ...problems() },
      },
    },
    async (request, reply) => {
      const by = principalOf(request);
      const { sessionId } = request;
      return signOut(
        request,
        reply,
        sessionId === null ? 0 : await endSessions(db, { id: sessionId }, by, clock.now()),
      );
    },
  );

  app.delete(
    '/v1/sessions',
    {
      onRequest: guard('any'),
      schema: {
        tags: ['sessions'],
        summary: 'Sign out everywhere: all sessions of the key or the person that asks',
        response: { 200: ended, ...problems() },
      },
    },
    async (request, reply) => {
      const by = principalOf(request);
      return signOut(request, reply, await endSessions(db, { ownerId: by.id }, by, clock.now()));
    },
  );
};
