/** The pipeline walk over HTTP: terms, the deals behind them, and both as files. */
import { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const week = '/v1/pipeline/walk?from=2026-01-10&to=2026-01-20';
const ask = (url: string) => api.app.inject({ url, headers: api.as('admin') });
const get = async (url: string) => (await ask(url)).json();

test('before anything was published there is no walk, and that is said', async () => {
  expect(await get(week)).toMatchObject({ knownFrom: null, publishedFrom: null, currencies: [] });
  expect(await get(week.replace('walk?', 'walk/deals?'))).toEqual({ data: [], nextCursor: null });
});

test('terms come from opening to closing, by the days of the org, with the deals behind each', async () => {
  await api.db.query(
    raw(`create table standard.organization (connection_id text, id text, time_zone text, is_deleted boolean, created_at timestamptz);
      insert into standard.organization values ('default', '00D', 'Asia/Tokyo', false, now());
      create view unified.fct_opportunity_version as select *, not is_closed and not is_deleted as is_open from history.opportunity_version;
      insert into history.opportunity_version (connection_id, opportunity_id, valid_from, valid_to, created_at, name, amount, amount_clean,
        currency, is_closed, is_won, is_deleted, counts_in_clean, source) values
        ('default', '0061', '2026-01-01', '2026-01-12', '2026-01-01', '=1+1', 100, 100, 'EUR', false, false, false, true, 'sync'),
        ('default', '0061', '2026-01-12', null, '2026-01-01', '=1+1', 130, 130, 'EUR', true, true, false, true, 'sync'),
        -- Created on 20 January in London, which is the 21st in Tokyo.
        ('default', '0062', '2026-01-20T16:00Z', null, '2026-01-20T16:00Z', 'Late', 7, 7, 'EUR', false, false, false, true, 'sync'),
        ('other', '0063', '2026-01-01', null, '2026-01-01', 'Of another org', 9, 9, 'EUR', false, false, false, true, 'sync')`),
  );
  const walk = await get(week);
  expect(walk).toMatchObject({ from: '2026-01-10T15:00:00.000Z', to: '2026-01-20T15:00:00.000Z', basis: 'clean' });
  const termsOf = (terms: { term: string; amount: number; dealCount: number }[]) =>
    Object.fromEntries(terms.filter(({ dealCount }) => dealCount > 0).map(({ term, amount }) => [term, amount]));
  expect(walk.currencies.map(({ currency }: { currency: string }) => currency)).toEqual(['EUR']);
  expect(termsOf(walk.currencies[0].terms)).toEqual({ opening: 100, increased: 30, won: -130 });
  const [later] = (await get(`${week.replace('2026-01-20', '2026-01-20T23:00:00Z')}`)).currencies;
  expect(termsOf(later.terms)).toEqual({ opening: 100, new: 7, increased: 30, won: -130, closing: 7 });
  const page = await get(`${week.replace('walk?', 'walk/deals?')}&limit=2`);
  expect(page.data.map(({ term }: { term: string }) => term)).toEqual(['increased', 'opening']);
  const next = await get(`${week.replace('walk?', 'walk/deals?')}&limit=2&cursor=${page.nextCursor}`);
  expect(next).toEqual({
    data: [expect.objectContaining({ term: 'won', opportunityId: '0061', amount: -130 })],
    nextCursor: null,
  });
});

test('the file is no formula to a spreadsheet, and holds what the list holds', async () => {
  const csv = (await ask(`${week.replace('walk?', 'walk/export?')}`)).body;
  expect(csv.split('\r\n')).toHaveLength(5);
  expect(csv).toContain(`won,0061,'=1+1,`);
  const lines = (await ask(`${week.replace('walk?', 'walk/export?')}&format=ndjson&term=won`)).body.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).amount)).toEqual([-130]);
});

test('days the wrong way round are refused with what to mend', async () => {
  const answer = await ask('/v1/pipeline/walk?from=2026-01-20&to=2026-01-20');
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ errors: [{ pointer: '/query/to', message: 'must be later than from' }] });
});
