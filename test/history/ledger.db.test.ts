/** The fix ledger: what repairs promise, what they brought, and what is not booked as their success. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { listFindings } from '../../src/views/findings.ts';
import { listFixes } from '../../src/views/fixes.ts';
import type { Change } from '@assay/emulator/change.ts';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';

const una = '0055g0000000001AAA';
const boss = '0055g0000000002AAA';
const id = (n: number) => `0065g00000000${n}AAA`;
type Deal = {
  n: number;
  name: string;
  amount: number | '';
  close: string;
  stage?: 'Closed Won' | 'Closed Lost';
  owner?: string;
};
const deal = ({ n, name, amount, close, stage, owner = una }: Deal) => [
  id(n),
  name,
  '0015g0000000001AAA',
  owner,
  stage ?? 'Talk',
  amount,
  close,
  stage !== undefined,
  stage === 'Closed Won',
  'Pipeline',
  'Call',
  '2026-11-18',
  `2026-11-15T${n - 8}:00:00.000Z`,
  '2026-11-15T12:00:00.000Z',
];
const rows: Rows = {
  User: [
    ['Id', 'Name', 'Username', 'IsActive', 'ManagerId'],
    [una, 'Una', 'una@x.example', true, boss],
    [boss, 'Bo', 'bo@x.example', true, ''],
  ],
  Account: [
    ['Id', 'Name', 'OwnerId'],
    ['0015g0000000001AAA', 'Kettle Works', una],
  ],
  Opportunity: [
    [
      'Id',
      'Name',
      'AccountId',
      'OwnerId',
      'StageName',
      'Amount',
      'CloseDate',
      'IsClosed',
      'IsWon',
      'ForecastCategory',
      'NextStep',
      'LastActivityDate',
      'CreatedDate',
      'LastStageChangeDate',
    ],
    ...[
      { n: 10, name: 'Boiler renewal plant north', amount: 5482 as const, close: '2026-12-20' },
      { n: 11, name: 'Boiler renewal plant north', amount: 5482 as const, close: '2026-12-20' },
      { n: 12, name: 'Descaling service contract', amount: 700 as const, close: '2026-11-10' },
      { n: 13, name: 'Spare whistles bulk order', amount: 900 as const, close: '2026-11-11' },
      { n: 14, name: 'Enamel colour consulting', amount: 300 as const, close: '2026-11-12' },
      { n: 15, name: 'Gas ring pilot series', amount: '' as const, close: '2026-12-19' },
      { n: 16, name: 'Thermostat framework', amount: 4000 as const, close: '2026-12-18' },
      {
        n: 17,
        name: 'Copper handles for hotel',
        amount: 2000 as const,
        close: '2026-11-01',
        stage: 'Closed Won' as const,
      },
      {
        n: 18,
        name: 'Limescale filters clinic',
        amount: 1000 as const,
        close: '2026-11-02',
        stage: 'Closed Lost' as const,
        owner: boss,
      },
    ].map(deal),
  ],
};
const change = (n: number, fields: Record<string, string | number | boolean | null>, day = '21'): Change => ({
  op: 'update',
  sobject: 'Opportunity',
  id: id(n),
  fields,
  at: `2026-11-${day}T08:00:00Z`,
  by: una,
});

type Fix = {
  kind: string;
  first: number;
  state: string;
  predicted: number | null;
  realised: number | null;
  reason: string | null;
};
let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());

const ledger = async () =>
  (await org.ask(`select kind, substr(record_ids[1], 14, 2)::int as first, state, predicted_amount as predicted, realised_amount as realised,
    not_priced as reason from unified.quality_fix order by abs(predicted_amount) desc nulls last, kind, first, opened_at`)) as Fix[];
const metricOf = async (first: number, kind: string, metric: string) => {
  const [row] =
    (await org.ask(`select m.alone, m.on_top, m.realised from unified.quality_fix_metric m join unified.quality_fix x using (fix_id)
    where substr(x.record_ids[1], 14, 2)::int = ${first} and x.kind = '${kind}' and m.metric = '${metric}'`)) as object[];
  return row;
};

it('prices what adds up, alone and on top of others, and says what it cannot price', async () => {
  expect(await ledger()).toEqual([
    { kind: 'deal_copies', first: 10, state: 'open', predicted: -5482, realised: null, reason: null },
    { kind: 'stale_deal', first: 13, state: 'open', predicted: -900, realised: null, reason: null },
    { kind: 'stale_deal', first: 12, state: 'open', predicted: -700, realised: null, reason: null },
    { kind: 'stale_deal', first: 14, state: 'open', predicted: -300, realised: null, reason: null },
    {
      kind: 'missing_value',
      first: 15,
      state: 'open',
      predicted: null,
      realised: null,
      reason: 'Nobody knows the value before it is there.',
    },
  ]);
  // By hand: what the copy counts twice, in money and in number.
  expect(await metricOf(10, 'deal_copies', 'open_pipeline')).toEqual({ alone: -5482, on_top: -5482, realised: null });
  expect(await metricOf(10, 'deal_copies', 'open_deals')).toEqual({ alone: -1, on_top: -1, realised: null });
  // In words, as the API lists them, and as the finding of the same record says it.
  const definitions = await loadDefinitions();
  const { data } = await listFixes(
    org.db,
    definitions,
    { filter: { connectionId: 'default', state: 'open' }, withNames: false },
    { limit: 10, after: null },
  );
  expect(data.map(({ todo, promise }) => [todo, promise])).toEqual([
    ['Keep one of 2 copies of the deal', 'takes 5,482 out of open pipeline'],
    ['Close the stale deal, or bring it up to date', 'takes up to 900 out of open pipeline'],
    ['Close the stale deal, or bring it up to date', 'takes up to 700 out of open pipeline'],
    ['Close the stale deal, or bring it up to date', 'takes up to 300 out of open pipeline'],
    ['Fill in the missing value', null],
  ]);
  const ask = {
    filter: { connectionId: 'default', state: 'open' as const },
    sort: 'promised' as const,
    withNames: false,
  };
  const found = await listFindings(org.db, definitions, { ...ask, now: new Date() }, { limit: 1, after: null });
  expect(found.data[0]).toMatchObject({ promisedAmount: 5482, promise: 'takes 5,482 out of open pipeline' });
  // All fixes alone come to what the bridge says of their step.
  const [step] = (await org.ask(`select sum(alone)::float8 as alone from unified.metric_bridge
    where metric = 'open_pipeline' and period = 'all' and dimension = 'all' and step = 'deal_copies'`)) as {
    alone: number;
  }[];
  expect(step!.alone).toBe(-5482);
});

it('books what the mended records changed, no other edit of the night, and less than promised where it was less', async () => {
  await org.change(
    { op: 'delete', sobject: 'Opportunity', id: id(11), at: '2026-11-21T08:00:00Z' },
    change(12, { StageName: 'Closed Lost', IsClosed: true, IsWon: false, CloseDate: '2026-11-21' }),
    change(13, { CloseDate: '2026-11-23' }),
    change(15, { Amount: 250 }),
    // Of the same night, and nobody's repair.
    change(16, { Amount: 14000 }),
    change(18, { Amount: 9000 }),
  );
  await org.sync('2026-11-21');
  const closed = (await ledger()).filter(({ state }) => state !== 'open');
  expect(closed).toEqual([
    { kind: 'deal_copies', first: 10, state: 'done', predicted: -5482, realised: -5482, reason: null },
    // It lives on: nothing left the pipeline.
    { kind: 'stale_deal', first: 13, state: 'done', predicted: -900, realised: 0, reason: null },
    { kind: 'stale_deal', first: 12, state: 'done', predicted: -700, realised: -700, reason: null },
    {
      kind: 'missing_value',
      first: 15,
      state: 'done',
      predicted: null,
      realised: 250,
      reason: 'Nobody knows the value before it is there.',
    },
  ]);
  expect(await metricOf(13, 'stale_deal', 'open_pipeline_stale')).toEqual({
    alone: -900,
    on_top: -900,
    realised: -900,
  });
  // Nobody promised that a deal would be lost: 1 of 3 won, where it was 1 of 2.
  expect(await metricOf(12, 'stale_deal', 'win_rate')).toMatchObject({
    alone: null,
    realised: expect.closeTo(1 / 3 - 1 / 2, 9),
  });
  const months =
    await org.ask(`select dimension, group_id, done_count::int as done, priced_count::int as priced, predicted_amount as promised,
    realised_amount as found from unified.quality_fix_month order by 1, 2`);
  const sums = { done: 4, priced: 3, promised: -7082, found: -6182 };
  expect(months).toEqual([
    { dimension: 'all', group_id: 'all', ...sums },
    { dimension: 'owner', group_id: una, ...sums },
    { dimension: 'team', group_id: boss, ...sums },
  ]);
  const [accuracy] =
    await org.ask(`select fix_count::int as count, predicted, realised, exact_share, less_share from unified.quality_fix_accuracy
    where kind = 'stale_deal' and metric = 'open_pipeline'`);
  expect(accuracy).toEqual({ count: 2, predicted: -1600, realised: -700, exact_share: 0.5, less_share: 0.5 });
});

it('takes a waiver for no repair, and a fault that comes back for none either', async () => {
  await org.ask(`insert into review.waiver (id, connection_id, object, record_id, rule_id, reason, made_by, made_at)
    values ('wvr_00000000-0000-7000-8000-000000000001', 'default', 'Opportunity', '${id(14)}', 'opportunity-close-date-past', 'known', 'test', now())`);
  // The close date of 13 is past once more.
  await org.sync('2026-11-24');
  const fixes = await ledger();
  expect(fixes.filter(({ first }) => first === 14)).toMatchObject([{ state: 'withdrawn', realised: null }]);
  expect(
    fixes
      .filter(({ first }) => first === 13)
      .map(({ state }) => state)
      .sort(),
  ).toEqual(['open', 'undone']);
});
