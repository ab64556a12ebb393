/** OAuth 2.0 as Salesforce speaks it: tokens by every grant the product and the common clients use, userinfo and revoke. */
import { createHash, createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from './context.ts';
import { identityOf } from './identity.ts';
import { verifyAssertion } from './jwt.ts';
import { OAuthError } from './oauth-error.ts';
import type { Code } from './sessions.ts';
import { baseUrl, sessionExpired, sessionOf, userNamed } from './session-check.ts';

const form = z.record(z.string(), z.string());
type Form = z.infer<typeof form>;

interface Granted {
  userId: string;
  refresh_token?: string;
}

/** Answers whose session it is and what the grant adds to the token, or throws OAuthError. `url` is where the client reached the org. */
type Grant = (context: Context, form: Form, url: string) => Granted | Promise<Granted>;

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const grants: Partial<Record<string, Grant>> = {
  client_credentials: (context, given) => {
    checkClient(context, given, true);
    return { userId: context.org.userId };
  },
  password: async (context, given) => {
    checkClient(context, given, true);
    // Orgs made since Summer '23 block the flow, and say no more than this; External Client Apps never had it.
    if (!context.credentials.oldLogins) throw new OAuthError('invalid_grant', 'authentication failure');
    const userId = await userNamed(context, given.username ?? '');
    // A security token may follow the password.
    if (userId === undefined || !given.password?.startsWith(context.credentials.password)) {
      throw new OAuthError('invalid_grant', 'authentication failure');
    }
    return { userId };
  },
  refresh_token: (context, given) => {
    checkClient(context, given, false);
    const refreshed = context.sessions.refresh(given.refresh_token ?? '');
    if (!refreshed) throw new OAuthError('invalid_grant', 'expired access/refresh token');
    const { userId, next } = refreshed;
    return { userId, ...(next === null ? {} : { refresh_token: next }) };
  },
  authorization_code: (context, given) => {
    checkClient(context, given, false);
    const code = context.sessions.redeemCode(given.code ?? '');
    if (!code) throw new OAuthError('invalid_grant', 'invalid authorization code');
    if (given.redirect_uri !== undefined && given.redirect_uri !== code.redirectUri) {
      throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    if (!answersChallenge(code, given.code_verifier ?? '')) {
      throw new OAuthError('invalid_grant', 'invalid code verifier');
    }
    return { userId: code.userId, refresh_token: context.sessions.issueRefreshToken(code.userId) };
  },
  [jwtBearer]: async (context, given, url) => ({
    userId: await verifyAssertion(given.assertion ?? '', context, url),
  }),
};

function checkClient({ credentials }: Context, given: Form, needsSecret: boolean): void {
  if (given.client_id !== credentials.clientId) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  const isWrong = given.client_secret !== undefined && given.client_secret !== credentials.clientSecret;
  if (isWrong || (needsSecret && given.client_secret === undefined))
    throw new OAuthError('invalid_client', 'invalid client credentials');
}

function answersChallenge({ challenge, method }: Code, verifier: string): boolean {
  if (challenge === null) return true;
  const answer = method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  // Some clients pad the challenge, which RFC 7636 forbids and Salesforce takes.
  return answer === challenge.replace(/=+$/, '');
}

export function oauthRoutes(app: FastifyInstance, context: Context): void {
  const { credentials, sessions, org } = context;

  app.post('/services/oauth2/token', async (request) => {
    const parsed = form.safeParse(request.body ?? {});
    const given: Form = { ...basicClient(request.headers.authorization), ...parsed.data };
    const grant = grants[given.grant_type ?? ''];
    if (!grant) throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    const url = baseUrl(context, request);
    const { userId, ...extra } = await grant(context, given, url);
    const id = `${url}/id/${org.orgId}/${userId}`;
    const issuedAt = String(org.now().getTime());
    const signature = createHmac('sha256', credentials.clientSecret)
      .update(id + issuedAt)
      .digest('base64');
    return {
      access_token: sessions.open(userId),
      signature,
      scope: given.scope ?? 'full refresh_token',
      instance_url: url,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
      ...extra,
    };
  });

  app.get<{ Querystring: Form }>('/services/oauth2/authorize', async ({ query }, reply) => {
    checkClient(context, query, false);
    const { redirect_uri: target, state, code_challenge: challenge, login_hint: hint } = query;
    if (!target || !URL.canParse(target)) throw new OAuthError('redirect_uri_missing', 'redirect_uri must be a URL');
    const back = new URL(target);
    const userId = hint === undefined ? org.userId : await userNamed(context, hint);
    if (query.response_type !== undefined && query.response_type !== 'code') {
      back.searchParams.set('error', 'unsupported_response_type');
    } else if (userId === undefined) {
      back.searchParams.set('error', 'access_denied');
    } else {
      // Nobody is asked: whoever runs the org has already agreed.
      const method = query.code_challenge_method === 'plain' ? 'plain' : 'S256';
      back.searchParams.set(
        'code',
        sessions.issueCode({ userId, challenge: challenge ?? null, method, redirectUri: target }),
      );
    }
    if (state !== undefined) back.searchParams.set('state', state);
    return reply.redirect(back.href, 302);
  });

  const revoke = (given: unknown) => {
    const token = form.safeParse(given).data?.token ?? '';
    sessions.close(token);
    sessions.revokeRefreshToken(token);
    return '';
  };
  app.post('/services/oauth2/revoke', async ({ body }) => revoke(body));
  app.get('/services/oauth2/revoke', async ({ query }) => revoke(query));

  for (const path of ['/services/oauth2/userinfo', `/id/:orgId/:userId`]) {
    const answer = async (request: FastifyRequest) => {
      if (sessions.userOf(sessionOf(request)) === undefined) throw sessionExpired();
      return identityOf(context, request, path.startsWith('/services'));
    };
    app.get(path, answer);
    app.post(path, answer);
  }
}

/** `Authorization: Basic` may carry the client. */
function basicClient(header: string | undefined): Form {
  const encoded = /^Basic\s+(.+)$/i.exec(header ?? '')?.[1];
  if (!encoded) return {};
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return { client_id: decodeURIComponent(id), client_secret: decodeURIComponent(secret) };
}
