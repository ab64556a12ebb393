/** Metrics over HTTP: definitions with what they need, values, the bridge with its records, and all of them as files. */
import { parse } from 'csv-parse/sync';
import sql from 'sql-template-tag';
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
  const definitions = await loadDefinitions();
  await api.db.transaction(async (tx) => {
    await createTables(tx, definitions);
    await ensureGoldenTables(tx, definitions.entities);
    // Two wins of one deal entered twice, another one, and an owner whose name is a formula.
    await tx.query(sql`insert into standard."user" (connection_id, id, name, is_deleted, _version) values
      ('default', '005000000000001AAA', '=cmd()', false, 1)`);
    await tx.query(sql`insert into standard.opportunity
      (connection_id, id, name, owner_id, amount, is_closed, is_won, close_on, created_at, is_deleted, _version) values
      ('default', 'w1', 'Seats', '005000000000001AAA', 100, true, true, '2026-02-10', '2026-01-01', false, 1),
      ('default', 'w2', 'Seats', '005000000000001AAA', 100, true, true, '2026-02-10', '2026-01-02', false, 1),
      ('default', 'w3', 'Desks', '005000000000001AAA', 40, true, true, '2026-05-10', '2026-01-03', false, 1)`);
    await tx.query(
      sql`insert into golden.identity (golden_id, entity, minted_run_id, minted_at) values ('dea_1', 'deal', 'run_1', now())`,
    );
    await tx.query(sql`insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id)
      select 'deal', 'default', id, 'Opportunity', 'dea_1', 'run_1' from unnest(array['w1', 'w2']) id`);
  });
  await publish(stageContext({ db: api.db, definitions, clock: { now: () => new Date('2026-06-01T12:00:00Z') } }));
});
afterAll(() => api.close());

const ask = async (url: string, scope: 'admin' | 'data:read' = 'admin') => {
  const answer = await api.app.inject({ url, headers: api.as(scope) });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
};
const read = async (url: string, scope: 'admin' | 'data:read' = 'admin') =>
  JSON.parse((await ask(url, scope)).body) as { data: Record<string, unknown>[]; nextCursor: string };

test('a metric says what it needs, and that it cannot be measured where that is not there', async () => {
  const { data } = await read('/v1/metrics?limit=100');
  const named = (name: string) => data.find((one) => one['name'] === name)!;
  expect(named('bookings')).toMatchObject({ unit: 'money', isMeasurable: true, reason: null });
  expect(named('leads')).toMatchObject({ isMeasurable: false, reason: 'not measurable: there is no Lead' });
  expect(named('marketing_sourced_revenue')['reason']).toBe('not measurable: there is no Campaign');
  const first = await read('/v1/metrics?limit=2');
  expect(first.data).toHaveLength(2);
  expect((await read(`/v1/metrics?limit=2&cursor=${first.nextCursor}`)).data[0]).toEqual(data[2]);
});

test('values are filtered by basis, period, range, dimension and key, and paged without loss', async () => {
  const { data } = await read('/v1/metrics/bookings/values?periodKind=quarter');
  expect(data.map(({ period, basis, value, n }) => [period, basis, value, n])).toEqual([
    ['2026-Q1', 'clean', 100, 1],
    ['2026-Q1', 'raw', 200, 2],
    ['2026-Q2', 'clean', 40, 1],
    ['2026-Q2', 'raw', 40, 1],
  ]);
  const late =
    '/v1/metrics/bookings/values?periodKind=quarter&basis=clean&from=2026-04-01&dimension=owner&key=005000000000001AAA';
  expect((await read(late)).data).toMatchObject([
    { period: '2026-Q2', value: 40, keyName: '=cmd()', asOf: '2026-06-01' },
  ]);
  // Keys of all orgs have a star for the org, which a cursor carries too.
  for (const dimension of ['org', 'all']) {
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = await read(`/v1/metrics/bookings/values?limit=3&dimension=${dimension}${cursor}`);
      seen.push(...page.data);
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual((await read(`/v1/metrics/bookings/values?limit=100&dimension=${dimension}`)).data);
  }
  expect((await ask('/v1/metrics/no_such/values')).status).toBe(404);
});

test('the bridge leads from raw to clean, and to the records behind a step', async () => {
  const { data } = await read('/v1/metrics/bookings/bridge?periodKind=all');
  expect(data).toMatchObject([{ step: 'deal_copies', place: 3, delta: -100, alone: -100, nDelta: -1 }]);
  const records = await read('/v1/metrics/bookings/bridge/deal_copies/records');
  expect(records.data).toMatchObject([
    { recordId: 'w2', name: 'Seats', before: '100', after: null, ownerId: '005000000000001AAA' },
  ]);
  const unnamed = await read('/v1/metrics/bookings/bridge/deal_copies/records', 'data:read');
  expect(unnamed.data).toMatchObject([{ recordId: 'w2', name: null }]);
  expect((await read('/v1/metrics/bookings/bridge/deal_copies/records?from=2026-03-01')).data).toEqual([]);
  expect((await read('/v1/metrics/bookings/bridge/account_copies/records')).data).toEqual([]);
  expect((await read('/v1/metrics/activities/bridge/deal_copies/records')).data).toEqual([]);
  expect((await ask('/v1/metrics/coverage/bridge/deal_copies/records')).status).toBe(404);
});

test('a cursor goes on with the list it is of, and is refused by each other of the same rows', async () => {
  const { nextCursor } = await read('/v1/metrics/bookings/values?dimension=owner&limit=1');
  const go = (path: string) => ask(`${path}?dimension=owner&limit=1&cursor=${nextCursor}`);
  expect((await go('/v1/metrics/bookings/values')).status).toBe(200);
  for (const other of ['/v1/metric-values', '/v1/metrics/open_pipeline/values', '/v1/metrics/bookings/bridge']) {
    const { status, body } = await go(other);
    expect([other, status, JSON.parse(body).code]).toEqual([other, 404, 'cursor-unknown']);
  }
});

test('a list comes whole as CSV and as JSON lines, and no cell is a formula', async () => {
  const url = '/v1/metrics/bookings/values?dimension=owner';
  const csv = await ask(`${url}&format=csv`);
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.headers['content-disposition']).toBe('attachment; filename="metric-values.csv"');
  const rows = parse(csv.body, { columns: true, bom: true }) as Record<string, string>[];
  const lines = (await ask(`${url}&format=ndjson`)).body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string });
  const { data } = await read(`${url}&limit=100`);
  expect(lines).toEqual(data);
  expect(rows).toHaveLength(data.length);
  expect(new Set(rows.map(({ keyName }) => keyName))).toEqual(new Set(["'=cmd()"]));
  const bridge = (await ask('/v1/metrics/bookings/bridge?periodKind=all&format=csv')).body;
  expect((parse(bridge, { columns: true, bom: true }) as { delta: string }[])[0]!.delta).toBe('-100');
});

test('values are as they were reported on a day, and a restated number says so where it is read', async () => {
  const of = '/v1/metrics/bookings/values?basis=raw&periodKind=quarter';
  const before = await read(of);
  expect(before.data).toMatchObject([
    { period: '2026-Q1', value: 200, latest: 200, isRestated: false, firstReported: null, firstReportedOn: null },
    { period: '2026-Q2', value: 40, isRestated: false },
  ]);
  await api.db.query(sql`update standard.opportunity set amount = 70 where id in ('w1', 'w3')`);
  const definitions = await loadDefinitions();
  const clock = { now: () => new Date('2026-06-03T12:00:00Z') };
  await publish(stageContext({ db: api.db, definitions, clock, run: { mode: 'full' } }));
  expect((await read(of)).data).toMatchObject([
    {
      period: '2026-Q1',
      value: 170,
      asOf: '2026-06-03',
      isRestated: true,
      firstReported: 200,
      firstReportedOn: '2026-06-01',
    },
    // The quarter goes on.
    { period: '2026-Q2', value: 70, isRestated: false, firstReported: null },
  ]);
  expect((await read(`${of}&asOf=2026-06-02`)).data).toMatchObject([
    { period: '2026-Q1', value: 200, asOf: '2026-06-02', latest: 170, isRestated: true },
    { period: '2026-Q2', value: 40, latest: 70, isRestated: false },
  ]);
  expect((await read(`${of}&asOf=2026-05-31`)).data).toEqual([]);
  const all = await read('/v1/metric-values?period=2026-Q1&asOf=2026-06-02&dimension=owner&limit=100');
  expect(all.data.find(({ metric, basis }) => metric === 'bookings' && basis === 'raw')).toMatchObject({
    value: 200,
    keyName: '=cmd()',
  });
  expect((await ask(`${of}&asOf=2026-06-02&dimension=lead_source`)).status).toBe(422);
});
