/** The forecast over HTTP: the periods at hand by each method, what was said on earlier days, and how near it came. */
import { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { stageContext } from '../../bench/stage-context.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { createTables } from '../../src/pipeline/standardise/tables.ts';
import { ensureGoldenTables } from '../../src/pipeline/survive/table.ts';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const ask = (url: string) => api.app.inject({ url, headers: api.as('admin') });
const get = async (url: string) => (await ask(url)).json();

test('before anything was published, and of an org without a win, the reason is said', async () => {
  expect(await get('/v1/forecast')).toEqual({
    asOf: null,
    reason: 'nothing has been published',
    monthsRebuilt: null,
    periods: [],
  });
  expect(await get('/v1/forecast/rows')).toEqual({ data: [], nextCursor: null });
  expect(await get('/v1/forecast/accuracy')).toEqual({ data: [], nextCursor: null });
  const definitions = await loadDefinitions();
  await api.db.transaction(async (tx) => {
    await createTables(tx, definitions);
    await ensureGoldenTables(tx, definitions.entities);
  });
  await publish(stageContext({ db: api.db, definitions, clock: { now: () => new Date('2026-06-10T12:00:00Z') } }));
  expect(await get('/v1/forecast')).toMatchObject({ reason: 'no deal was ever won', periods: [] });
});

test('a period has what every method says, how near it was, and the one that is shown', async () => {
  await api.db.query(
    raw(`insert into history.forecast (as_of, connection_id, dimension, key, period_kind, period, period_start, period_end, lead_months, method,
        value, low, high, won_so_far, is_shown, reason, is_back_test) values
      ('2026-06-10', '*', 'all', 'all', 'quarter', '2026-Q2', '2026-04-01', '2026-06-30', 1, 'weighted', 90, 80, 120, 70, true, null, false),
      ('2026-06-10', '*', 'all', 'all', 'quarter', '2026-Q2', '2026-04-01', '2026-06-30', 1, 'naive', null, null, null, 70, false, 'not enough history', false),
      ('2026-06-03', '*', 'all', 'all', 'quarter', '2026-Q2', '2026-04-01', '2026-06-30', 1, 'weighted', 100, null, null, 60, true, null, false),
      ('2026-06-10', 'default', 'team', '005000000000001AAA', 'quarter', '2026-Q2', '2026-04-01', '2026-06-30', 1, 'weighted', 9, null, null, 0, false, 'why', false);
      insert into history.forecast_accuracy (connection_id, dimension, key, period_kind, lead_months, method, n, wape, bias, mase, coverage,
        coverage_n, is_best, through) values ('*', 'all', 'all', 'quarter', 1, 'weighted', 8, .2, -.1, .7, .75, 4, true, '2026-06-01')`),
  );
  const found = await get('/v1/forecast');
  expect(found).toMatchObject({ asOf: '2026-06-10', reason: null });
  expect(found.periods).toHaveLength(1);
  expect(found.periods[0]).toMatchObject({
    period: '2026-Q2',
    wonAmount: 70,
    shown: { method: 'weighted', amount: 90, low: 80, high: 120 },
  });
  expect(found.periods[0].shown.accuracy).toEqual({
    n: 8,
    wape: 0.2,
    bias: -0.1,
    mase: 0.7,
    coverage: 0.75,
    coverageN: 4,
  });
  expect(found.periods[0].methods[0]).toMatchObject({
    method: 'naive',
    amount: null,
    reason: 'not enough history',
    accuracy: null,
  });
  expect((await get('/v1/forecast?asOf=2026-06-03')).periods[0].methods[0].amount).toBe(100);
  expect((await get('/v1/forecast?teamId=005000000000001AAA')).periods[0].methods[0].amount).toBe(9);
  expect(await get('/v1/forecast?asOf=2026-01-01')).toMatchObject({
    periods: [],
    reason: 'there is no forecast of that day, or of that team',
  });
});

test('what was said of a period on each day is a list, by page and as a file', async () => {
  const first = await get('/v1/forecast/rows?period=2026-Q2&dimension=all&limit=2');
  expect(first.data.map(({ asOf, method }: Record<string, string>) => [asOf, method])).toEqual([
    ['2026-06-03', 'weighted'],
    ['2026-06-10', 'naive'],
  ]);
  const next = await get(`/v1/forecast/rows?period=2026-Q2&dimension=all&limit=2&cursor=${first.nextCursor}`);
  expect(next).toMatchObject({ data: [{ asOf: '2026-06-10', method: 'weighted' }], nextCursor: null });
  const csv = (await ask('/v1/forecast/rows?format=csv')).body.trim().split('\n');
  expect(csv).toHaveLength(5);
  expect((await get('/v1/forecast/accuracy')).data).toMatchObject([
    { method: 'weighted', leadMonths: 1, isBest: true, through: '2026-06-01' },
  ]);
});
