/** Lets through requests of an open session and counts them against the daily limit. */
import type { FastifyRequest } from 'fastify';
import { SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';

/** The token of `Authorization: Bearer ..` (or OAuth, as SOAP-age clients say); empty when there is none. */
export function sessionOf(request: FastifyRequest): string {
  return /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Throws 401 INVALID_SESSION_ID, or 403 REQUEST_LIMIT_EXCEEDED once the day's requests are used up. */
export function checkSession(context: Context, request: FastifyRequest): void {
  if (!context.sessions.isOpen(sessionOf(request))) throw sessionExpired();
  if (context.usage.used >= context.usage.limit) {
    throw new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  }
  context.usage.used++;
}

export function sessionExpired(): SalesforceError {
  return new SalesforceError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
}
