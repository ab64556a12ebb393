/** Turns a login into access tokens, one login in flight at a time; a rotated refresh token is kept before its access token is used. */
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import { hide } from '../model/hidden.ts';
import { readText } from './body.ts';
import { isMoved, isWebPage, movedFault, webPageFault } from './fault.ts';
import { grantForm, refusal, type SalesforceLogin } from './grant.ts';
import { guardUrl } from './guard.ts';

export type Token = { accessToken: string; instanceUrl: string; orgId: string; userId: string };

export type Session = {
  /** The current token; logs in when there is none. */
  token(): Promise<Token>;
  /** Logs in, also where there is a token. */
  begin(): Promise<Token>;
  /** A token other than `stale`; callers that saw the same stale one share one login. */
  renew(stale: Token): Promise<Token>;
};

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  instance_url: z.url({ protocol: /^https?$/ }),
  // https://login.salesforce.com/id/<org>/<user>
  id: z.string().regex(/\/id\/\w{15,18}\/\w{15,18}$/),
  refresh_token: z.string().min(1).optional(),
});
const refusedAnswer = z.object({ error: z.string(), error_description: z.string().optional() });

// jsforce's own refresh repeats itself endlessly (measured: 1,062 logins in 3 s), ignores rotation and follows redirects,
// so the one POST is ours.
export function openSession(login: SalesforceLogin, agent: Dispatcher): Session {
  let current: Promise<Token> | null = null;
  let rotated: string | null = null;

  async function ask(): Promise<{ status: number; isPage: boolean; text: string; location?: string | string[] }> {
    const url = guardUrl(login.loginUrl, login.loginUrl, 'The login URL');
    const form = grantForm(login, rotated);
    try {
      const answer = await request(new URL('/services/oauth2/token', url), {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: String(form),
        signal: AbortSignal.timeout(60_000),
      });
      const { statusCode: status, headers } = answer;
      const { location } = headers;
      return {
        status,
        isPage: isWebPage(headers),
        text: await readText(answer),
        ...(location === undefined ? {} : { location }),
      };
    } catch (cause) {
      if (cause instanceof DomainError) throw cause;
      throw new DomainError('salesforce-unreachable', `The login at ${login.loginUrl} got no answer.`, { cause });
    }
  }

  async function logIn(): Promise<Token> {
    const { status, isPage, text, location } = await ask();
    if (isMoved(status, text)) throw movedFault(location);
    if (status === 200 && isPage) throw webPageFault();
    const body = parse(text);
    if (status !== 200) {
      const { error = '', error_description: description = '' } = refusedAnswer.safeParse(body).data ?? {};
      throw refusal(login, status, error, description);
    }
    const parsed = tokenAnswer.safeParse(body);
    if (!parsed.success) {
      throw new DomainError('salesforce-answer-invalid', `The login at ${login.loginUrl} gave no usable token.`);
    }
    const { access_token: accessToken, instance_url: instanceUrl, id, refresh_token: next } = parsed.data;
    // A token is only ever sent to the host that issued it or to Salesforce itself over TLS.
    const instance = guardUrl(instanceUrl, login.loginUrl, `The instance URL ${instanceUrl} that the login gave`);
    if (login.flow === 'refresh_token' && next !== undefined && next !== (rotated ?? login.refreshToken)) {
      // The old one is dead from now on: lost here, nobody could log in again.
      await login.saveRefreshToken(next);
      rotated = next;
    }
    const [orgId = '', userId = ''] = id.split('/').slice(-2);
    hide(accessToken);
    hide(next);
    return { accessToken, instanceUrl: instance.origin, orgId, userId };
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
    begin: start,
    async renew(stale) {
      const seen = current;
      const held = seen === null ? null : await seen.catch(() => null);
      if (held !== null && held.accessToken !== stale.accessToken) return held;
      // Of two callers with the same dead token the first has begun a login meanwhile.
      const next = current === seen || current === null ? start() : current;
      const token = await next;
      if (token.orgId === stale.orgId) return token;
      // In the middle of a pull, what came before would be mixed with what comes. The next login begins anew.
      if (current === next) current = null;
      throw new DomainError(
        'salesforce-org-changed',
        `The session at ${login.loginUrl} was one of the org ${stale.orgId}; the login now leads to ${token.orgId}.`,
      );
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
