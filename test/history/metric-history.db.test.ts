/** What metrics were reported as: a day that is over stays, what is restated is told, and only what is old is thinned. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publish } from '../../src/pipeline/publish.ts';
import { thinHistory } from '../../src/pipeline/publish/metric-history.ts';
import sql from 'sql-template-tag';
import { listMetricValues } from '../../src/views/metrics.ts';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';

const una = '0055g0000000001AAA';
const deal = (count: number) => `0065g00000000${count}AAA`;
const rows: Rows = {
  Account: [
    ['Id', 'Name', 'OwnerId'],
    ['0015g0000000001AAA', 'Rowan Instruments', una],
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount IsClosed IsWon ForecastCategory CloseDate CreatedDate'.split(' '),
    [
      deal(10),
      '0015g0000000001AAA',
      una,
      'Seats',
      'Closed Won',
      100,
      true,
      true,
      'Closed',
      '2026-02-10',
      '2026-01-05T09:00:00.000Z',
    ],
    [
      deal(11),
      '0015g0000000001AAA',
      una,
      'Desks',
      'Closed Won',
      30,
      true,
      true,
      'Closed',
      '2026-11-10',
      '2026-10-05T09:00:00.000Z',
    ],
  ],
};
let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());

const reported = (period: string, slice = 'all') =>
  org.ask(`select from_on::text as from_on, to_on::text as to_on, reported_value::float8 as value, restated_value::float8 as now, is_restated
    from unified.metric_history where metric = 'bookings' and basis = 'clean' and period = '${period}' and dimension = '${slice}' order by from_on`);

it('a day that is over stays as it was reported, and what is restated since says so', async () => {
  await org.change(
    { op: 'update', sobject: 'Opportunity', id: deal(10), fields: { Amount: 90 } },
    { op: 'update', sobject: 'Opportunity', id: deal(11), fields: { Amount: 35 } },
  );
  await org.sync('2026-11-22');
  expect(await reported('2026-Q1')).toEqual([
    { from_on: '2026-11-20', to_on: '2026-11-22', value: 100, now: 90, is_restated: true },
    { from_on: '2026-11-22', to_on: null, value: 90, now: 90, is_restated: false },
  ]);
  // Said beside the value itself, too.
  const beside = (period: string) =>
    org.ask(`select value::float8 as value, first_reported::float8 as first, first_reported_on::text as first_on from salesops.revenue
      where metric = 'bookings' and basis = 'clean' and period = '${period}' and dimension = 'all'`);
  expect(await beside('2026-Q1')).toEqual([{ value: 90, first: 100, first_on: '2026-11-20' }]);
  expect(await beside('2026-11')).toEqual([{ value: 35, first: null, first_on: null }]);
  // November goes on: its value is another every day, and none of them is restated.
  expect(await reported('2026-11', 'owner')).toEqual([
    { from_on: '2026-11-20', to_on: '2026-11-22', value: 30, now: 35, is_restated: false },
    { from_on: '2026-11-22', to_on: null, value: 35, now: 35, is_restated: false },
  ]);
});

it('of one day the last publication counts, and a night without a change adds nothing', async () => {
  await org.change({ op: 'update', sobject: 'Opportunity', id: deal(10), fields: { Amount: 80 } });
  await org.sync('2026-11-22');
  await org.sync('2026-11-23');
  expect(await reported('2026-Q1')).toMatchObject([
    { from_on: '2026-11-20', to_on: '2026-11-22', value: 100, now: 80 },
    { from_on: '2026-11-22', to_on: null, value: 80 },
  ]);
  const [count] = (await org.ask(`select count(*)::int as n from unified.metric_history where from_on = '2026-11-23'
    and metric = 'bookings'`)) as { n: number }[];
  expect(count!.n).toBe(0);
});

it('a period that is no more is reported as nothing from that day on', async () => {
  await org.change({ op: 'update', sobject: 'Opportunity', id: deal(10), fields: { CloseDate: '2026-04-02' } });
  await org.sync('2026-11-24');
  expect((await reported('2026-Q1')).at(-1)).toMatchObject({ from_on: '2026-11-24', to_on: null, value: null });
  expect(await reported('2026-Q2')).toMatchObject([{ from_on: '2026-11-24', value: 80 }]);
});

it('what is said again on the day it was said otherwise was never anything else', async () => {
  const before = await reported('2026-Q2');
  await org.change({ op: 'update', sobject: 'Opportunity', id: deal(10), fields: { Amount: 5 } });
  await org.sync('2026-11-25');
  expect(await reported('2026-Q2')).toMatchObject([
    { from_on: '2026-11-24', to_on: '2026-11-25', value: 80, now: 5, is_restated: true },
    { from_on: '2026-11-25', to_on: null, value: 5 },
  ]);
  await org.change({ op: 'update', sobject: 'Opportunity', id: deal(10), fields: { Amount: 80 } });
  await org.sync('2026-11-25');
  expect(await reported('2026-Q2')).toEqual(before);
});

it('a clock that goes back rewrites nothing', async () => {
  const before = await reported('2026-Q1');
  await org.again('2026-11-21');
  expect(await reported('2026-Q1')).toEqual(before);
});

/** Values by all and by owner as they were on a day: by the API, and by what history has. */
async function asOf(day: string) {
  const values: string[] = [];
  for (const dimension of ['all', 'owner']) {
    const { data } = await listMetricValues(
      org.db,
      { dimension, asOf: day, withNames: true },
      { limit: 100_000, after: null },
    );
    for (const row of data as Record<string, unknown>[])
      values.push(
        [row['metric'], row['basis'], row['period'], row['key'], row['value'], row['n'], row['latest']].join(' '),
      );
  }
  const history =
    await org.ask(`select concat_ws(' ', metric, basis, period, slice_key, coalesce(reported_value::float8::text, ''), n,
      coalesce(restated_value::float8::text, '')) as text from unified.metric_history
    where from_on <= '${day}' and (to_on is null or to_on > '${day}') and dimension in ('all', 'owner') and (reported_value is not null or n > 0)`);
  return { values: values.toSorted(), history: history.map((row) => (row as { text: string }).text).toSorted() };
}

it('a day is looked up as history has it', async () => {
  for (const day of ['2026-11-19', '2026-11-20', '2026-11-22', '2026-11-24', '2026-11-25', '2026-12-01']) {
    const { values, history } = await asOf(day);
    expect(values, day).toEqual(history);
    expect(values.length > 0, day).toBe(day !== '2026-11-19');
  }
});

it('metrics that are measured with others from now on keep what was said of them', async () => {
  const before = await reported('2026-Q1');
  // As if another version had measured one more metric with them, and had been here last.
  await org.ask(`with other as (select step, layout, max(slot) + 1 as slot from history.metric_slot
      where step = 'opportunity.close_on' group by 1, 2 order by layout desc limit 1)
    insert into history.metric_slot (step, layout, slot, metric) select step, layout, slot, 'gone' from other`);
  await org.run((context) => publish({ ...context, run: { ...context.run, mode: 'full' } }));
  expect(await reported('2026-Q1')).toEqual(before);
  const layouts = await org.ask(
    `select distinct layout from history.metric_version where step = 'opportunity.close_on'`,
  );
  expect(layouts).toEqual([{ layout: 1 }]);
  expect(
    await org.ask(`select max(layout) as layout from history.metric_slot where step = 'opportunity.close_on'`),
  ).toEqual([{ layout: 2 }]);
});

it('old values keep the end of each week, then of each month, and every day has the last one before it', async () => {
  await org.ask('delete from history.metric_version');
  // One value for each day from 1 June to 20 November.
  await org.ask(`insert into history.metric_version (step, layout, dimension, connection_id, key, period_kind, period, basis, from_on, to_on, measures, counts)
    select 'some', 1, 'all', '*', 'all', 'all', 'all', 'raw', d::date, d::date + 1, array[extract(doy from d)], array[1]
    from generate_series('2026-06-01'::timestamp, '2026-11-19', '1 day') d`);
  // And one of another key that came, went, and came again: what was not said is not filled.
  await org.ask(`insert into history.metric_version (step, layout, dimension, connection_id, key, period_kind, period, basis, from_on, to_on, measures, counts)
    values ('some', 1, 'all', '*', 'other', 'all', 'all', 'raw', '2026-05-02', '2026-06-03', array[1], array[1]),
      ('some', 1, 'all', '*', 'other', 'all', 'all', 'raw', '2026-06-10', '2026-06-11', array[2], array[1]),
      ('some', 1, 'all', '*', 'other', 'all', 'all', 'raw', '2026-06-20', '2026-08-11', array[3], array[1])`);
  await org.db.transaction(async (tx) => {
    await tx.query(sql`select set_config('assay.reported_on', '2026-11-20', true)`);
    // What became old long ago is left for the first night of a month.
    await thinHistory(tx, { dailyDays: 20, weeklyDays: 90 }, false);
    const [left] = await tx.query<{ n: number }>(
      sql`select count(*)::int as n from history.metric_version where to_on <= '2026-06-20'`,
    );
    expect(left!.n).toBeGreaterThan(15);
    await thinHistory(tx, { dailyDays: 20, weeklyDays: 90 });
  });
  expect(
    await org.ask(
      `select from_on::text as from_on, to_on::text as to_on from history.metric_version where key = 'other' order by 1`,
    ),
  ).toEqual([
    { from_on: '2026-05-02', to_on: '2026-06-03' },
    { from_on: '2026-06-20', to_on: '2026-08-11' },
  ]);
  const kept = (await org.ask(`select from_on::text as from_on, to_on::text as to_on from history.metric_version
    where key = 'all' order by from_on`)) as {
    from_on: string;
    to_on: string;
  }[];
  // Without a gap.
  expect(kept.slice(1).map(({ from_on: from }) => from)).toEqual(kept.slice(0, -1).map(({ to_on: to }) => to));
  const within = (from: string, to: string) => kept.filter(({ from_on: day }) => day >= from && day < to).length;
  expect(within('2026-11-01', '2026-11-20')).toBe(19);
  expect(within('2026-09-01', '2026-10-25')).toBeGreaterThanOrEqual(7);
  expect(within('2026-09-01', '2026-10-25')).toBeLessThanOrEqual(9);
  expect(within('2026-07-01', '2026-08-01')).toBe(1);
  const [last] = kept.filter(({ from_on: from, to_on: to }) => from <= '2026-07-31' && to > '2026-07-31');
  expect(last).toEqual({ from_on: '2026-07-31', to_on: expect.stringMatching(/^2026-08/) });
});
