/** OpenID Connect: authorization code with PKCE, state and nonce; the only home of openid-client. */
import * as client from 'openid-client';
import { DomainError } from '../model/errors.ts';
import type { Identity, IdentityProvider, SignInUnderWay } from '../model/identity.ts';

export type OpenIdSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Registered with the provider. */
  redirectUrl: string;
  /** The claim that lists somebody's groups. */
  groupsClaim: string;
  scope: string;
};

export function openIdProvider(settings: OpenIdSettings): IdentityProvider {
  let found: Promise<client.Configuration> | null = null;
  // Asked when first needed: the service starts while the provider is away. One that did not answer is asked again.
  const configuration = () =>
    (found ??= discover(settings).catch((error: unknown) => {
      found = null;
      throw error;
    }));
  return {
    name: new URL(settings.issuer).host,
    async begin(returnTo) {
      const keep = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        returnTo,
      };
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: settings.redirectUrl,
        scope: settings.scope,
        state: keep.state,
        nonce: keep.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(keep.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, keep };
    },
    async finish(query, kept) {
      return identityOf(await configuration(), settings, query, kept);
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OpenIdSettings): Promise<client.Configuration> {
  const url = new URL(issuer);
  try {
    return await client.discovery(url, clientId, clientSecret, undefined, {
      timeout: 10,
      ...(url.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : {}),
    });
  } catch (cause) {
    throw new DomainError(
      'identity-unavailable',
      `The identity provider ${url.host} does not answer as one (OIDC_ISSUER).`,
      { cause },
    );
  }
}

async function identityOf(
  config: client.Configuration,
  { redirectUrl, groupsClaim, issuer }: OpenIdSettings,
  query: string,
  kept: SignInUnderWay,
): Promise<Identity> {
  const current = new URL(redirectUrl);
  current.search = query;
  try {
    const tokens = await client.authorizationCodeGrant(config, current, {
      pkceCodeVerifier: kept.verifier,
      expectedState: kept.state,
      expectedNonce: kept.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    // Many providers put groups and names only into the answer of the userinfo endpoint.
    const more = config.serverMetadata().userinfo_endpoint
      ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
      : {};
    const all: Record<string, unknown> = { ...claims, ...more };
    const text = (name: string) => (typeof all[name] === 'string' ? all[name] : null);
    const groups = all[groupsClaim];
    return {
      issuer: claims.iss,
      subject: claims.sub,
      name: text('name') ?? text('preferred_username') ?? text('email') ?? claims.sub,
      email: text('email'),
      groups: (Array.isArray(groups) ? groups : [groups]).filter((one): one is string => typeof one === 'string'),
    };
  } catch (cause) {
    if (isRefusal(cause)) {
      throw new DomainError('unauthenticated', 'The sign-in was refused, is over, or belongs to another browser.', {
        cause,
      });
    }
    throw new DomainError(
      'identity-unavailable',
      `The identity provider ${new URL(issuer).host} broke off the sign-in.`,
      { cause },
    );
  }
}

/** The provider said no, or its answer is not for this sign-in. */
function isRefusal(error: unknown): boolean {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) return true;
  return error instanceof client.ClientError && error.code !== 'OAUTH_TIMEOUT';
}
