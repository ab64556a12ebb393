/** Lets through requests of an open session, counts them against the daily limit, and says who asks and where. */
import type { FastifyRequest } from 'fastify';
import { quoteText } from '../org/sql.ts';
import type { Org } from '../org/org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';

/** The token of `Authorization: Bearer ..` (or OAuth, as SOAP-age clients say, or X-SFDC-Session of Bulk API 1.0); empty when there is none. */
export function sessionOf(request: FastifyRequest): string {
  const header = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? String(request.headers['x-sfdc-session'] ?? '');
}

/** The org as the user of the request's session sees it. */
export function orgOf({ org, sessions }: Context, request: FastifyRequest): Org {
  return org.as(sessions.userOf(sessionOf(request)) ?? org.userId);
}

/** Where the client reached this org: the address it used, so that a proxy, a container or HTTPS stays in all URLs. */
export function baseUrl({ url }: Context, request: FastifyRequest): string {
  return request.host ? `${request.protocol}://${request.host}` : url;
}

/** Throws 401 INVALID_SESSION_ID, or 403 REQUEST_LIMIT_EXCEEDED once the day's requests are used up. */
export function checkSession(context: Context, request: FastifyRequest): void {
  if (context.sessions.userOf(sessionOf(request)) === undefined) throw sessionExpired();
  if (context.usage.used >= context.usage.limit) throw requestLimit('TotalRequests');
  context.usage.used++;
}

export function sessionExpired(): SalesforceError {
  return new SalesforceError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
}

/** The day's requests are used up, or too many long ones run at once: one code, two remedies. */
export function requestLimit(which: 'TotalRequests' | 'ConcurrentPerOrgLongTxn'): SalesforceError {
  return new SalesforceError(403, 'REQUEST_LIMIT_EXCEEDED', `${which} Limit exceeded.`);
}

/** The id of the active user of this name; undefined where there is none. */
export async function userNamed({ org, credentials }: Context, username: string): Promise<string | undefined> {
  if (username.toLowerCase() === credentials.username.toLowerCase()) return org.userId;
  const id = await org.db.value(`/* session.user */ select "Id" from org."User"
    where lower("Username") = lower(${quoteText(username)}) and not "IsDeleted" and "IsActive" limit 1`);
  return id === undefined || id === null ? undefined : String(id);
}
