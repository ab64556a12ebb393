/** Turns a client id and secret into access tokens (client credentials flow), one login in flight at a time. */
import jsforce from 'jsforce';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';

export type SalesforceLogin = {
  /** My Domain of the org, e.g. https://acme.my.salesforce.com. */
  loginUrl: string;
  clientId: string;
  clientSecret: string;
};

export type Token = { accessToken: string; instanceUrl: string; orgId: string; userId: string };

export type Session = {
  /** The current token; logs in when there is none. */
  token(): Promise<Token>;
  /** A token other than `stale`; callers that saw the same stale one share one login. */
  renew(stale: Token): Promise<Token>;
};

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  instance_url: z.url({ protocol: /^https?$/ }),
  // https://login.salesforce.com/id/<org>/<user>
  id: z.string().regex(/\/id\/\w{15,18}\/\w{15,18}$/),
});

// What each code of the token endpoint blames, in the reader's words.
const blame: Record<string, string> = {
  invalid_client_id: 'the client id (SALESFORCE_CLIENT_ID) is not known there',
  invalid_client: 'the client secret (SALESFORCE_CLIENT_SECRET) does not belong to the client id',
  invalid_client_credentials: 'the client secret (SALESFORCE_CLIENT_SECRET) does not belong to the client id',
  invalid_grant: 'the connected app has no run-as user for the client credentials flow, or that user may not log in',
  inactive_user: 'the run-as user of the connected app is inactive',
  unsupported_grant_type: 'the connected app or the login URL does not allow the client credentials flow',
  invalid_request: 'the login URL (SALESFORCE_LOGIN_URL) is not the My Domain of the org',
};

// jsforce wraps a refresh in plain errors and repeats it endlessly (measured: 1,062 logins in 3 s), so only its
// OAuth client is used and renewing is ours.
export function openSession(login: SalesforceLogin): Session {
  const oauth = new jsforce.OAuth2(login);
  let current: Promise<Token> | null = null;

  async function logIn(): Promise<Token> {
    const answer = await oauth.requestToken({ grant_type: 'client_credentials' }).catch((error: unknown) => {
      throw refusal(error, login.loginUrl);
    });
    const parsed = tokenAnswer.safeParse(answer);
    if (!parsed.success) {
      throw new DomainError('salesforce-answer-invalid', `The login at ${login.loginUrl} gave no usable token.`);
    }
    const { access_token: accessToken, instance_url: instanceUrl, id } = parsed.data;
    if (!isOwnHost(instanceUrl, login.loginUrl)) {
      throw new DomainError(
        'salesforce-login-refused',
        `The login at ${login.loginUrl} points to ${new URL(instanceUrl).origin}, which is not a Salesforce host.`,
      );
    }
    const [orgId = '', userId = ''] = id.split('/').slice(-2);
    return { accessToken, instanceUrl: new URL(instanceUrl).origin, orgId, userId };
  }

  function start(): Promise<Token> {
    const next = logIn();
    current = next;
    next.catch(() => {
      if (current === next) current = null;
    });
    return next;
  }

  return {
    token: () => current ?? start(),
    async renew(stale) {
      const held = current === null ? null : await current.catch(() => null);
      return held !== null && held.accessToken !== stale.accessToken ? held : start();
    },
  };
}

function refusal(error: unknown, loginUrl: string): DomainError {
  const code = error instanceof Error ? error.name : '';
  const reason = blame[code];
  if (reason !== undefined) {
    return new DomainError('salesforce-login-refused', `${loginUrl} refused the login: ${reason}.`, { cause: error });
  }
  const status = /^ERROR_HTTP_(\d+)$/.exec(code)?.[1];
  if (status !== undefined && Number(status) < 500 && status !== '429') {
    return new DomainError(
      'salesforce-login-refused',
      `${loginUrl} answered the login with HTTP ${status}: SALESFORCE_LOGIN_URL is likely not a Salesforce login URL.`,
      { cause: error },
    );
  }
  return new DomainError('salesforce-unreachable', `The login at ${loginUrl} got no answer.`, { cause: error });
}

/** A token is only ever sent to the host that issued it or to Salesforce itself over TLS. */
function isOwnHost(instanceUrl: string, loginUrl: string): boolean {
  const instance = new URL(instanceUrl);
  if (instance.host === new URL(loginUrl).host) return true;
  return instance.protocol === 'https:' && /\.(salesforce\.com|force\.com|salesforce\.mil)$/.test(instance.hostname);
}
