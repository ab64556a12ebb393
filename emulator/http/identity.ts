/** Says who is connected, as /id/ and userinfo do. */
import type { FastifyRequest } from 'fastify';
import type { Context } from './context.ts';
import { baseUrl, orgOf } from './session-check.ts';
import { quoteText } from '../org/sql.ts';

export async function identityOf(
  context: Context,
  request: FastifyRequest,
  asOpenId: boolean,
): Promise<Record<string, unknown>> {
  const org = orgOf(context, request);
  const url = baseUrl(context, request);
  const [user = {}] = await org.db.rows(
    `/* identity.user */ select * from org."User" where "Id" = ${quoteText(org.userId)}`,
  );
  const id = `${url}/id/${org.orgId}/${org.userId}`;
  const username = user.Username ?? context.credentials.username;
  const email = user.Email ?? 'integration@example.com';
  const urls = {
    enterprise: `${url}/services/Soap/c/{version}/${org.orgId}`,
    partner: `${url}/services/Soap/u/{version}/${org.orgId}`,
    rest: `${url}/services/data/v{version}/`,
    sobjects: `${url}/services/data/v{version}/sobjects/`,
    query: `${url}/services/data/v{version}/query/`,
    recent: `${url}/services/data/v{version}/recent/`,
    profile: `${url}/${org.userId}`,
  };
  const shared = {
    user_id: org.userId,
    organization_id: org.orgId,
    email,
    email_verified: true,
    active: true,
    user_type: 'STANDARD',
    urls,
    utcOffset: 0,
    language: 'en_US',
    locale: 'en_US',
  };
  return asOpenId
    ? { sub: id, preferred_username: username, name: user.Name ?? null, zoneinfo: 'GMT', ...shared }
    : {
        id,
        asserted_user: true,
        username,
        display_name: user.Name ?? null,
        timezone: 'GMT',
        is_app_installed: true,
        ...shared,
      };
}
