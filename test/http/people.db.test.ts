/** People sign in at a real OpenID provider on loopback: groups become scopes, an admin with a key grants, blocks and sees who did what. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openIdProvider } from '../../src/identity/openid.ts';
import { type TestApi, testApi } from './api.ts';
import { clientSecret, startProvider } from './provider.ts';

const accounts = {
  ada: { name: 'Ada Admin', groups: ['revops', 'staff'] },
  rita: { name: 'Rita Reader', groups: ['sales'] },
  nobody: { name: 'Nora Nobody', groups: ['staff'] },
};

let idp: Awaited<ReturnType<typeof startProvider>>;
let api: TestApi;
let base: string;

/** A browser that keeps cookies by host and path-blind, and follows redirects only where it is told to. */
class Browser {
  readonly jar = new Map<string, Map<string, string>>();
  async go(url: string, form?: Record<string, string>): Promise<Response> {
    const { host } = new URL(url);
    const cookies = this.jar.get(host) ?? new Map<string, string>();
    this.jar.set(host, cookies);
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((one) => one.join('=')).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }
  /** Follows redirects to the end, or to the first address that `isEnd` takes. */
  async follow(url: string, isEnd: (url: string) => boolean = () => false): Promise<{ url: string; answer: Response }> {
    for (let at = url; ;) {
      if (isEnd(at)) return { url: at, answer: new Response() };
      const answer = await this.go(at);
      const next = answer.headers.get('location');
      if (next === null) return { url: at, answer };
      at = new URL(next, at).href;
    }
  }
}

/** From our start page through the provider's forms, up to the address it sends the browser back to. */
async function back(browser: Browser, who: string, returnTo = '/docs'): Promise<string> {
  const isBack = (url: string) => url.startsWith(`${base}/v1/sessions/finish`);
  let { url } = await browser.follow(`${base}/v1/sessions/begin?returnTo=${encodeURIComponent(returnTo)}`, isBack);
  const forms: Record<string, string>[] = [{ prompt: 'login', login: who, password: 'x' }, { prompt: 'consent' }];
  for (const form of forms) {
    if (isBack(url)) break;
    const sent = await browser.go(url, form);
    ({ url } = await browser.follow(new URL(sent.headers.get('location')!, url).href, isBack));
  }
  expect(isBack(url), url).toBe(true);
  return url;
}
const cookieOf = (browser: Browser) => browser.jar.get(new URL(base).host)?.get('assay_session');
const me = (browser: Browser) =>
  browser.go(`${base}/v1/me`).then((answer) => answer.json() as Promise<Record<string, unknown>>);
const asAdmin = (method: 'GET' | 'PATCH', url: string, payload?: object, headers: Record<string, string> = {}) =>
  api.app.inject({ method, url, headers: { ...api.as('admin'), ...headers }, ...(payload ? { payload } : {}) });

beforeAll(async () => {
  idp = await startProvider(accounts);
  const { issuer } = idp;
  const found = { provider: null as ReturnType<typeof openIdProvider> | null };
  // The application's address is known once it listens, and the provider has to know it.
  const late = {
    name: 'late',
    begin: (to: string) => found.provider!.begin(to),
    finish: (...all: Parameters<ReturnType<typeof openIdProvider>['finish']>) => found.provider!.finish(...all),
  };
  api = await testApi({
    identity: { provider: late, roles: { revops: ['admin'], sales: ['data:read', 'pii:read'] } },
  });
  base = await api.app.listen({ host: '127.0.0.1', port: 0 });
  const redirectUrl = `${base}/v1/sessions/finish`;
  idp.admit(redirectUrl);
  const more = { groupsClaim: 'groups', scope: 'openid profile email' };
  found.provider = openIdProvider({ issuer, clientId: 'assay', clientSecret, redirectUrl, ...more });
});
afterAll(async () => {
  await api.close();
  idp.stop();
});

describe('signing in at the provider', () => {
  test('opens a session with what the groups may do, and the name stands in the audit list', async () => {
    const browser = new Browser();
    const answer = await browser.go(await back(browser, 'ada'));
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs']);
    const cookies = answer.headers.getSetCookie();
    expect(cookies.find((one) => one.startsWith('assay_session='))).toMatch(/HttpOnly.*SameSite=Strict/);
    expect(await me(browser)).toMatchObject({ kind: 'person', name: 'Ada Admin', scopes: ['admin'], expiresAt: null });
    const made = await browser.go(`${base}/v1/keys`);
    expect(made.status).toBe(200);
    const audit = (await asAdmin('GET', '/v1/audit?kind=session')).json<{ data: { actor: object }[] }>();
    expect(audit.data[0]!.actor).toMatchObject({ kind: 'person', name: 'Ada Admin' });
  });

  test('the cookie of a sign-in under way is Lax, and no script reads it', async () => {
    const begun = await fetch(`${base}/v1/sessions/begin`, { redirect: 'manual' });
    expect(begun.headers.getSetCookie()[0]).toMatch(/^assay_sign_in=.*Max-Age=600.*HttpOnly.*SameSite=Lax/);
  });

  test('counts for the browser that began it, once, and leads to no other site', async () => {
    const [browser, thief] = [new Browser(), new Browser()];
    const url = await back(browser, 'rita');
    expect((await thief.go(url)).status).toBe(401);
    const other = new URL(url);
    other.searchParams.set('state', 'another');
    const copy = new Browser();
    copy.jar.set(new URL(base).host, new Map(browser.jar.get(new URL(base).host)));
    expect((await copy.go(other.href)).status).toBe(401);
    expect((await browser.go(url)).status).toBe(302);
    expect(await me(browser)).toMatchObject({ scopes: ['data:read', 'pii:read'] });
    expect((await browser.go(`${base}/v1/keys`)).status).toBe(403);
    expect((await browser.go(url)).status).toBe(401);
    for (const returnTo of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const answer = await fetch(`${base}/v1/sessions/begin?returnTo=${encodeURIComponent(returnTo)}`, {
        redirect: 'manual',
      });
      expect(answer.status, returnTo).toBe(400);
    }
  });

  test('of somebody whose groups give nothing is refused, until an admin grants it; two admins, one gets 412', async () => {
    const browser = new Browser();
    const refused = await browser.go(await back(browser, 'nobody'));
    expect(refused.status).toBe(403);
    expect(((await refused.json()) as { detail: string }).detail).toContain('Nora Nobody is of the groups staff');
    expect(cookieOf(browser)).toBeUndefined();
    const people = (await asAdmin('GET', '/v1/people')).json<{ data: { id: string; name: string }[] }>().data;
    const { id } = people.find(({ name }) => name === 'Nora Nobody')!;
    const { etag } = (await asAdmin('GET', `/v1/people/${id}`)).headers;
    const grant = { granted: ['reviews:write', 'pii:read'] };
    const both = await Promise.all([
      asAdmin('PATCH', `/v1/people/${id}`, grant, { 'if-match': etag! }),
      asAdmin('PATCH', `/v1/people/${id}`, { granted: ['admin'] }, { 'if-match': etag! }),
    ]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
    await asAdmin('PATCH', `/v1/people/${id}`, grant);
    const again = new Browser();
    expect((await again.go(await back(again, 'nobody'))).status).toBe(302);
    expect(await me(again)).toMatchObject({ name: 'Nora Nobody', scopes: grant.granted });
    await asAdmin('PATCH', `/v1/people/${id}`, { isBlocked: true });
    expect((await again.go(`${base}/v1/me`)).status).toBe(401);
    const [row] = await api.db.query<{ fields: string[] }>(
      sql`select fields from control.audit where kind = 'person' and action = 'change' order by id desc limit 1`,
    );
    expect(row!.fields).toEqual(['isBlocked']);
  });

  test('a provider that is away is told as that, and asked again', async () => {
    const away = openIdProvider({
      issuer: 'http://127.0.0.1:9',
      clientId: 'x',
      clientSecret: 'x',
      redirectUrl: `${base}/v1/sessions/finish`,
      groupsClaim: 'groups',
      scope: 'openid',
    });
    await expect(away.begin('/')).rejects.toMatchObject({ code: 'identity-unavailable' });
    await expect(away.begin('/')).rejects.toMatchObject({ code: 'identity-unavailable' });
  });
});
