/** Turns the way an org is logged in to into the form its token endpoint wants, and its refusals into plain words. */
import { createPrivateKey, sign } from 'node:crypto';
import { DomainError } from '../model/errors.ts';

type Common = {
  /** My Domain of the org, e.g. https://acme.my.salesforce.com. */
  loginUrl: string;
  clientId: string;
};

export type SalesforceLogin =
  | (Common & { flow?: 'client_credentials'; clientSecret: string })
  | (Common & { flow: 'jwt_bearer'; username: string; /** PEM. */ privateKey: string })
  | (Common & {
      flow: 'refresh_token';
      clientSecret?: string | undefined;
      refreshToken: string;
      /** Keeps a rotated token; the new access token is used only after it has resolved. */
      saveRefreshToken(token: string): Promise<void>;
    });

// Salesforce refuses an assertion that expires over five minutes from now (salesforce help, "OAuth 2.0 JWT Bearer Flow").
const assertionSeconds = 180;

/** @throws DomainError `salesforce-login-refused` when the private key is not one. */
export function grantForm(login: SalesforceLogin, refreshToken: string | null): URLSearchParams {
  if (login.flow === 'jwt_bearer') {
    return new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(login.clientId, login.username, login.loginUrl, login.privateKey),
    });
  }
  const client: Record<string, string> = { client_id: login.clientId };
  if (login.clientSecret !== undefined) client.client_secret = login.clientSecret;
  if (login.flow === 'refresh_token') {
    return new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken ?? login.refreshToken,
      ...client,
    });
  }
  return new URLSearchParams({ grant_type: 'client_credentials', ...client });
}

function assertion(clientId: string, username: string, loginUrl: string, privateKey: string): string {
  // A sandbox's My Domain wants test.salesforce.com as its audience, a local org itself.
  const { hostname, origin } = new URL(loginUrl);
  const isSandbox = hostname === 'test.salesforce.com' || hostname.endsWith('.sandbox.my.salesforce.com');
  const aud = hostname.endsWith('salesforce.com') ? `https://${isSandbox ? 'test' : 'login'}.salesforce.com` : origin;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + assertionSeconds;
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: clientId, sub: username, aud, exp })}`;
  try {
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), createPrivateKey(privateKey)).toString('base64url')}`;
  } catch (cause) {
    throw new DomainError('salesforce-login-refused', 'The private key is not an RSA key in PEM form.', { cause });
  }
}

// What each code of the token endpoint blames, by flow where the flows differ.
const blame: Record<string, string> = {
  invalid_client_id: 'the client id (SALESFORCE_CLIENT_ID, clientId) is not known there',
  invalid_client: 'the client secret (SALESFORCE_CLIENT_SECRET, clientSecret) does not belong to the client id',
  invalid_client_credentials:
    'the client secret (SALESFORCE_CLIENT_SECRET, clientSecret) does not belong to the client id',
  inactive_user: 'the user behind the login is inactive',
  inactive_org: 'the org is locked or closed',
  unsupported_grant_type:
    'the app or the login URL does not allow this flow; enable it in the settings and policies of the External Client App',
  invalid_request: 'the login URL (SALESFORCE_LOGIN_URL, loginUrl) is not the My Domain of the org',
};
const grantBlame: Record<NonNullable<SalesforceLogin['flow']>, string> = {
  client_credentials: 'the policies of the External Client App name no Run As user, or that user may not log in',
  jwt_bearer:
    'the user name (username) is unknown, is not approved for the External Client App, or the private key is not the one whose certificate the app holds',
  refresh_token: 'the refresh token (refreshToken) has expired, was revoked, or was used once already',
};

/** What the answer of a refused login means, naming the part that is wrong. */
export function refusal(login: SalesforceLogin, status: number, code: string, description: string): DomainError {
  const flow = login.flow ?? 'client_credentials';
  const reason = code === 'invalid_grant' ? grantBlame[flow] : blame[code];
  if (reason !== undefined) {
    const quoted = description === '' ? '' : ` Salesforce says: ${description}`;
    return new DomainError('salesforce-login-refused', `${login.loginUrl} refused the login: ${reason}.${quoted}`);
  }
  if (status < 500 && status !== 429) {
    return new DomainError(
      'salesforce-login-refused',
      `${login.loginUrl} answered the login with HTTP ${status}: SALESFORCE_LOGIN_URL (loginUrl) is likely not a Salesforce login URL.`,
    );
  }
  return new DomainError('salesforce-unreachable', `The login at ${login.loginUrl} got HTTP ${status}.`);
}
