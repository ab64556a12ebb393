/** Edge cases 24 to 28: limits, sessions, cursors and passing faults. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openSalesforce } from '../../../src/salesforce/source.ts';
import { type CaseOrg, openCase, signal } from './case-org.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
let at: CaseOrg;
beforeAll(async () => {
  at = await openCase({}, { rotateRefreshTokens: true, jwtPublicKey: publicKey, dailyLimit: 10_000 });
  await at.change(
    ...Array.from({ length: 700 }, (_, n) => ({
      op: 'insert' as const,
      sobject: 'Lead',
      fields: { LastName: `L${n}`, Company: 'Co' },
    })),
  );
});
afterEach(() => at.control('faults', undefined, 'DELETE'));
afterAll(() => at.close());

const full = (source = at.source()) => at.sync('Lead', { mode: 'full', source });
const requests = async (kind: string): Promise<number> => {
  const counts = (await (await fetch(`${at.org.url}/control/requests`)).json()) as Record<string, number>;
  return counts[kind] ?? 0;
};

it('case 24 API budget: used and limit are read from every answer and shown; a share of the day, or of the sync, is not passed', async () => {
  const done = await full();
  expect(done.detail).toMatchObject({ dayLimitCount: 10_000, callCount: expect.any(Number) });
  expect(Number(done.detail!.dayUsedCount)).toBeGreaterThanOrEqual(Number(done.detail!.callCount));
  const tight = at.source({ totalShare: 0.0001 });
  await expect(full(tight)).rejects.toMatchObject({
    code: 'salesforce-budget',
    message: expect.stringMatching(/of the day's 10000 API requests/),
  });
  expect(tight.calls().rest).toBe(1);
  // 0.0003 of 10,000: three requests of this sync.
  const mine = at.source().metered(0.0003);
  await expect(full(mine)).rejects.toMatchObject({
    code: 'salesforce-budget',
    message: expect.stringContaining('This sync has made 3'),
  });
});

it('case 24 REQUEST_LIMIT_EXCEEDED: too many at once is waited out, a used-up day is not', async () => {
  await at.fault({ kind: 'concurrent-limit', path: '/queryAll', times: 2 });
  expect(await full()).toMatchObject({ readCount: 700 });
  await at.control('requests', undefined, 'DELETE');
  await at.fault({ kind: 'daily-limit', path: '/queryAll' });
  await expect(full()).rejects.toMatchObject({ code: 'salesforce-limit' });
  expect(await requests('query-all')).toBe(1);
});

it('case 25 401: one new login, then a fault; a query whose cursor died with the session goes on behind its last Id', async () => {
  const source = at.source();
  await source.identity(signal);
  await at.control('requests', undefined, 'DELETE');
  await at.control('sessions/expire', undefined);
  await Promise.all([
    source.describe('Lead', signal),
    source.describe('Account', signal),
    source.describe('Contact', signal),
  ]);
  expect(await requests('token')).toBe(1);
  await at.control('requests', undefined, 'DELETE');
  await at.fault({ kind: 'status', status: 401, errorCode: 'INVALID_SESSION_ID', path: '/describe', times: 9 });
  await expect(source.describe('Campaign', signal)).rejects.toMatchObject({ code: 'salesforce-login-refused' });
  expect(await requests('token')).toBe(1);
  await at.control('faults', undefined, 'DELETE');

  await at.fault({ kind: 'short-page', sobject: 'Lead', rows: 200, times: 9 });
  await at.fault({ kind: 'expire-session', path: '/query/', times: 1 });
  await at.fault({ kind: 'locator-lost', path: '/query/', times: 1 });
  expect(await full(source)).toMatchObject({ readCount: 700 });
  await at.expectEqual('Lead');
});

it('case 26 refresh-token rotation: the new token is saved before its access token is used', async () => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: at.org.clientId,
    redirect_uri: 'http://127.0.0.1/back',
  });
  const back = await fetch(`${at.org.url}/services/oauth2/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location')!).searchParams.get('code')!;
  const form = {
    grant_type: 'authorization_code',
    code,
    client_id: at.org.clientId,
    client_secret: at.org.clientSecret,
    redirect_uri: 'http://127.0.0.1/back',
  };
  const granted = await fetch(`${at.org.url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const { refresh_token: first } = (await granted.json()) as { refresh_token: string };
  const saved: { token: string; requests: number }[] = [];
  const open = (refreshToken: string) =>
    openSalesforce({
      flow: 'refresh_token',
      loginUrl: at.org.loginUrl,
      clientId: at.org.clientId,
      clientSecret: at.org.clientSecret,
      refreshToken,
      saveRefreshToken: async (token) => void saved.push({ token, requests: await requests('describe') }),
      apiVersion: '62.0',
    });
  await at.control('requests', undefined, 'DELETE');
  const source = open(first);
  await source.describe('Lead', signal);
  expect(saved).toEqual([{ token: expect.not.stringContaining(first), requests: 0 }]);
  await at.control('sessions/expire', undefined);
  await source.describe('Account', signal);
  expect(saved).toHaveLength(2);
  await open(saved[1]!.token).identity(signal);
  await expect(open(first).identity(signal)).rejects.toMatchObject({
    code: 'salesforce-login-refused',
    message: expect.stringContaining('refreshToken'),
  });
});

it('logs in by JWT bearer, and says which part is wrong', async () => {
  const jwt = (more: object) =>
    openSalesforce({
      flow: 'jwt_bearer',
      loginUrl: at.org.loginUrl,
      clientId: at.org.clientId,
      username: at.org.username,
      privateKey,
      apiVersion: '62.0',
      ...more,
    }).identity(signal);
  expect(await jwt({})).toMatchObject({ orgId: at.org.orgId });
  await expect(jwt({ username: 'nobody@example.com' })).rejects.toMatchObject({
    message: expect.stringContaining('username'),
  });
  await expect(jwt({ privateKey: 'no key' })).rejects.toMatchObject({
    message: expect.stringContaining('private key'),
  });
});

it('case 27 locators: short pages, and a cursor pushed out by newer ones, lose and double nothing', async () => {
  await at.fault({ kind: 'short-page', sobject: 'Lead', rows: 150, times: 20 });
  await at.fault({ kind: 'locator-lost', path: '/query/', after: 1, times: 2 });
  expect(await full()).toMatchObject({ readCount: 700, changedCount: 0 });
  await at.expectEqual('Lead');
});

it.each([
  { kind: 'html', status: 503 },
  { kind: 'html', status: 200, message: '<html>A proxy page</html>' },
  { kind: 'status', status: 420, errorCode: 'ENHANCE_YOUR_CALM' },
  { kind: 'status', status: 406, errorCode: 'NOT_ACCEPTABLE' },
  { kind: 'status', status: 429, errorCode: 'TOO_MANY' },
  { kind: 'drop' },
  { kind: 'truncate' },
])('case 28 passing fault (%j): asked again until it has passed', async (fault) => {
  await at.fault({ ...fault, path: '/queryAll', times: 2 });
  expect(await full()).toMatchObject({ readCount: 700 });
  await at.expectEqual('Lead');
});

it('case 28 an outage that lasts ends the attempt with a fault worth another', async () => {
  await at.fault({ kind: 'status', status: 503, errorCode: 'SERVER_UNAVAILABLE', path: '/queryAll', times: 20 });
  await expect(full()).rejects.toMatchObject({ code: 'salesforce-unreachable', kind: { retry: 'later' } });
});
