/** Who guesses keys is told to wait before anything is looked up; whose key was right goes on, from the same address too. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
let now = Date.parse('2026-11-29T12:00:00Z');
beforeAll(async () => {
  api = await testApi({ requestsPerMinute: 600, clock: { now: () => new Date(now) } });
});
afterAll(() => api.close());

const ask = (key: string) => api.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${key}` } });
const guess = (n: number) => `sk_live_${String(n).padStart(43, 'A')}`;

test('3,000 wrong keys: sixty look-ups in a minute, then 429 without one; keys that were right go on', async () => {
  expect((await ask(api.keys.admin)).statusCode).toBe(200);
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(guess(n))));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([401]));
  const seen: number[] = [];
  for (let n = 60; n < 3_000; n += 1) seen.push((await ask(guess(n))).statusCode);
  expect(new Set(seen)).toEqual(new Set([429]));
  const refused = await ask(guess(1));
  expect(refused.json()).toMatchObject({ code: 'rate-limited' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await ask(api.keys.admin)).statusCode).toBe(200);
  // One that was not seen before waits with the strangers of its address.
  expect((await ask(api.keys['data:read'])).statusCode).toBe(429);
  const signIn = { method: 'POST', url: '/v1/sessions', payload: { key: guess(7) } } as const;
  expect((await api.app.inject(signIn)).statusCode).toBe(429);
  now += 60_000;
  expect((await ask(api.keys['data:read'])).statusCode).toBe(200);
  expect((await api.app.inject(signIn)).statusCode).toBe(401);
});
