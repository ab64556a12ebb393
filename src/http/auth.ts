/** A bearer key, or the cookie of a browser's session, becomes the request's principal, or the request ends with 401 or 403. */
import type { FastifyRequest } from 'fastify';
import { isKeyValid, mayDo, type Principal, type KeyScope, verifyKey } from '../control/key.ts';
import { isSessionValid, verifySession } from '../control/session.ts';
import type { Db } from '../db/connect.ts';
import type { AskedFrom } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import type { Clock } from '../model/ports.ts';
import type { Strangers } from './strangers.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on the open routes (probes, docs) and before the key was checked. */
    principal: Principal | null;
    /** Of a request that came with the cookie of a session; null with a key. */
    sessionId: string | null;
  }
}

export const sessionCookie = 'assay_session';

/** `any`: every valid key, whatever it may do. */
export type Needed = KeyScope | 'any';
/** The `onRequest` hook of a route: runs before the body is read, so a stranger costs one look-up. */
export type Guard = (scope: Needed) => GuardHook;
/** Carries its scope, for the documentation. */
type GuardHook = ((request: FastifyRequest) => Promise<void>) & { scope: Needed };

/** The scope that a route's `onRequest` asks for; null for an open route. */
export function scopeOf(onRequest: unknown): Needed | null {
  return typeof onRequest === 'function' && 'scope' in onRequest ? (onRequest as GuardHook).scope : null;
}

export function guardWith(db: Db, clock: Clock, strangers: Strangers): Guard {
  return (scope) => {
    const check = async (request: FastifyRequest) => {
      const credential = request.headers.authorization ?? request.cookies[sessionCookie];
      if (credential !== undefined) strangers.admit(request.ip, credential, clock.now());
      const principal = await identify(db, request, clock.now());
      if (credential !== undefined) strangers.learn(request.ip, credential, principal !== null, clock.now());
      if (!principal) throw new DomainError('unauthenticated', 'The request carries no key that is valid now.');
      if (scope !== 'any' && !mayDo(principal, scope))
        throw new DomainError('forbidden', `The key "${principal.name}" lacks ${scope}.`);
      request.principal = { ...principal, asked: askedBy(request) };
    };
    return Object.assign(check, { scope });
  };
}

/** For the audit list. */
export const askedBy = ({ ip, id }: FastifyRequest): AskedFrom => ({ address: ip, requestId: id });

/** A key in the header outranks a cookie. */
async function identify(db: Db, request: FastifyRequest, now: Date): Promise<Principal | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [kind, key] = authorization.split(' ', 2);
    return kind?.toLowerCase() === 'bearer' && key ? verifyKey(db, key, now) : null;
  }
  const token = request.cookies[sessionCookie];
  const session = token === undefined ? null : await verifySession(db, token, now);
  if (!session) return null;
  refuseForeignOrigin(request);
  request.sessionId = session.id;
  return session.principal;
}

/**
 * A browser says from which page a change comes; one that says nothing is no browser of ours.
 * @throws DomainError `forbidden` for a change that another site asks for.
 */
export function refuseForeignOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs = origin === undefined ? site === undefined || site === 'same-origin' : hostOf(origin) === request.host;
  if (!isOurs) throw new DomainError('forbidden', `A page of ${origin ?? 'another site'} may not do this.`);
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a request that stays open for long may go on: its session, or its key, is valid still. */
export function isStillValid(db: Db, request: FastifyRequest, now: Date): Promise<boolean> {
  if (request.sessionId !== null) return isSessionValid(db, request.sessionId, now);
  return isKeyValid(db, principalOf(request).id, now);
}

/** Who asks: the actor of whatever the request changes. Only in routes behind a guard. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new DomainError('unauthenticated', 'The route has no guard.');
  return request.principal;
}

/** Names, addresses and values of records and users are personal data: without `pii:read` an answer leaves them out. */
export const maySeeNames = (request: FastifyRequest): boolean => mayDo(principalOf(request), 'pii:read');
