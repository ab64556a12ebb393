/** A bearer key becomes the request's principal, or the request ends with 401 or 403. */
import type { FastifyRequest } from 'fastify';
import { mayDo, type Principal, type KeyScope, verifyKey } from '../control/key.ts';
import type { Db } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';
import type { Clock } from '../model/ports.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on the open routes (probes, docs) and before the key was checked. */
    principal: Principal | null;
  }
}

/** The `onRequest` hook of a route: runs before the body is read, so a stranger costs one look-up. */
export type Guard = (scope: KeyScope) => GuardHook;
/** Carries its scope, for the documentation. */
type GuardHook = ((request: FastifyRequest) => Promise<void>) & { scope: KeyScope };

/** The scope that a route's `onRequest` asks for; null for an open route. */
export function scopeOf(onRequest: unknown): KeyScope | null {
  return typeof onRequest === 'function' && 'scope' in onRequest ? (onRequest as GuardHook).scope : null;
}

export function guardWith(db: Db, clock: Clock): Guard {
  return (scope) => {
    const check = async (request: FastifyRequest) => {
      const [kind, key] = (request.headers.authorization ?? '').split(' ', 2);
      const principal = kind?.toLowerCase() === 'bearer' && key ? await verifyKey(db, key, clock.now()) : null;
      if (!principal) throw new DomainError('unauthenticated', 'The request carries no key that is valid now.');
      if (!mayDo(principal, scope)) throw new DomainError('forbidden', `The key "${principal.name}" lacks ${scope}.`);
      request.principal = principal;
    };
    return Object.assign(check, { scope });
  };
}

/** Who asks: the actor of whatever the request changes. Only in routes behind a guard. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new DomainError('unauthenticated', 'The route has no guard.');
  return request.principal;
}
