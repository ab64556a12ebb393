/** Verifies the signed assertion of the JWT bearer flow. */
import { verify } from 'node:crypto';
import { z } from 'zod';
import type { Context } from './context.ts';
import { OAuthError } from './oauth-error.ts';
import { userNamed } from './session-check.ts';

const header = z.object({ alg: z.literal('RS256') });
const claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string()).transform(([first = '']) => first)]),
  exp: z.coerce.number(),
});
const audiences = ['https://login.salesforce.com', 'https://test.salesforce.com'];

/** Answers the id of the user the assertion speaks for. `url` is where the client reached the org. */
export async function verifyAssertion(assertion: string, context: Context, url: string): Promise<string> {
  const { credentials, org } = context;
  const [head = '', body = '', signature = ''] = assertion.split('.');
  if (!header.safeParse(decode(head)).success) throw new OAuthError('invalid_grant', 'invalid assertion');
  const parsed = claims.safeParse(decode(body));
  if (!parsed.success) throw new OAuthError('invalid_grant', 'invalid assertion');
  const { iss, sub, aud, exp } = parsed.data;
  if (iss !== credentials.clientId) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  const keys = credentials.jwtKeys;
  if (keys.length === 0) throw new OAuthError('invalid_client', 'no certificate is registered for this client');
  const signed = Buffer.from(`${head}.${body}`);
  if (!keys.some((key) => verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')))) {
    throw new OAuthError('invalid_grant', 'invalid assertion');
  }
  if (![...audiences, url, context.url, context.httpsUrl].includes(aud.replace(/\/(services\/oauth2\/token)?$/, ''))) {
    throw new OAuthError('invalid_grant', 'audience is invalid');
  }
  // Documented: at most five minutes ahead. But Salesforce's own CLI sends milliseconds, far ahead, and logs in.
  if (exp <= org.now().getTime() / 1000) throw new OAuthError('invalid_grant', 'assertion expired');
  const userId = await userNamed(context, sub);
  if (userId === undefined) throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  return userId;
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return null;
  }
}
