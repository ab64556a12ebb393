/** OAuth 2.0 as Salesforce speaks it: tokens by every grant the product and the common clients use, userinfo and revoke. */
import { createHash, createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Context } from './context.ts';
import { identityOf } from './identity.ts';
import { verifyAssertion } from './jwt.ts';
import { OAuthError } from './oauth-error.ts';
import { sessionExpired, sessionOf } from './session-check.ts';

const form = z.record(z.string(), z.string());
type Form = z.infer<typeof form>;

/** Answers what the grant adds to the token, or throws OAuthError. */
type Grant = (context: Context, form: Form) => { refresh_token?: string };

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const grants: Partial<Record<string, Grant>> = {
  client_credentials: (context, given) => {
    checkClient(context, given, true);
    return {};
  },
  password: (context, given) => {
    checkClient(context, given, true);
    const { username, password } = context.credentials;
    // A security token may follow the password.
    if (given.username !== username || !given.password?.startsWith(password)) {
      throw new OAuthError('invalid_grant', 'authentication failure');
    }
    return {};
  },
  refresh_token: (context, given) => {
    checkClient(context, given, false);
    if (!context.sessions.isRefreshToken(given.refresh_token ?? '')) {
      throw new OAuthError('invalid_grant', 'expired access/refresh token');
    }
    return {};
  },
  authorization_code: (context, given) => {
    checkClient(context, given, false);
    const challenge = context.sessions.redeemCode(given.code ?? '');
    if (challenge === undefined) throw new OAuthError('invalid_grant', 'invalid authorization code');
    if (
      challenge !== null &&
      challenge !==
        createHash('sha256')
          .update(given.code_verifier ?? '')
          .digest('base64url')
    ) {
      throw new OAuthError('invalid_grant', 'invalid code verifier');
    }
    return { refresh_token: context.sessions.issueRefreshToken() };
  },
  [jwtBearer]: (context, given) => {
    verifyAssertion(given.assertion ?? '', context);
    return {};
  },
};

function checkClient({ credentials }: Context, given: Form, needsSecret: boolean): void {
  if (given.client_id !== credentials.clientId) throw new OAuthError('invalid_client_id', 'client identifier invalid');
  const isWrong = given.client_secret !== undefined && given.client_secret !== credentials.clientSecret;
  if (isWrong || (needsSecret && given.client_secret === undefined))
    throw new OAuthError('invalid_client', 'invalid client credentials');
}

export function oauthRoutes(app: FastifyInstance, context: Context): void {
  const { credentials, sessions, org } = context;

  app.post('/services/oauth2/token', async (request) => {
    const parsed = form.safeParse(request.body ?? {});
    const given: Form = { ...basicClient(request.headers.authorization), ...parsed.data };
    const grant = grants[given.grant_type ?? ''];
    if (!grant) throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    const extra = grant(context, given);
    const { url } = context;
    const id = `${url}/id/${org.orgId}/${org.userId}`;
    const issuedAt = String(org.now().getTime());
    const signature = createHmac('sha256', credentials.clientSecret)
      .update(id + issuedAt)
      .digest('base64');
    return {
      access_token: sessions.open(),
      signature,
      scope: 'full refresh_token',
      instance_url: url,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
      ...extra,
    };
  });

  app.get<{ Querystring: Form }>('/services/oauth2/authorize', async ({ query }, reply) => {
    checkClient(context, query, false);
    const { redirect_uri: target, state, code_challenge: challenge } = query;
    if (!target || !URL.canParse(target)) throw new OAuthError('redirect_uri_missing', 'redirect_uri must be a URL');
    const back = new URL(target);
    back.searchParams.set('code', sessions.issueCode(challenge ?? null));
    if (state !== undefined) back.searchParams.set('state', state);
    return reply.redirect(back.href, 302);
  });

  app.post('/services/oauth2/revoke', async ({ body }, reply) => {
    const token = form.safeParse(body).data?.token ?? '';
    sessions.close(token);
    sessions.revokeRefreshToken(token);
    return reply.code(200).send('');
  });

  for (const path of ['/services/oauth2/userinfo', `/id/:orgId/:userId`]) {
    app.get(path, async (request) => {
      if (!sessions.isOpen(sessionOf(request))) throw sessionExpired();
      return identityOf(context, path.startsWith('/services'));
    });
  }
}

/** `Authorization: Basic` may carry the client. */
function basicClient(header: string | undefined): Form {
  const encoded = /^Basic\s+(.+)$/i.exec(header ?? '')?.[1];
  if (!encoded) return {};
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return { client_id: decodeURIComponent(id), client_secret: decodeURIComponent(secret) };
}
