/** Opportunities entered twice count once, as the copy that counts; orders, and sites, count each. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

const una = '0055g0000000001AAA';
const account = '0015g0000000001AAA';
let count = 10;
type Outcome = 'won' | 'lost' | 'open';
const deal = (of: string, name: string, amount: number | '', outcome: Outcome, created: string, close: string) => [
  `0065g00000000${count++}AAA`,
  of,
  una,
  name,
  outcome === 'won' ? 'Closed Won' : outcome === 'lost' ? 'Closed Lost' : 'Prospecting',
  amount,
  outcome === 'open' ? 'Pipeline' : outcome === 'won' ? 'Closed' : 'Omitted',
  outcome !== 'open',
  outcome === 'won',
  close,
  `${created}T09:00:00.000Z`,
];
const org = (...deals: ReturnType<typeof deal>[]): Rows => ({
  Account: [
    ['Id', 'Name', 'OwnerId'],
    [account, 'Rowan Instruments', una],
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount ForecastCategory IsClosed IsWon CloseDate CreatedDate'.split(' '),
    ...deals,
  ],
});

let one: Published;
beforeAll(async () => {
  one = await publishOrg(
    org(
      // Three orders, each opened after the one before had closed.
      deal(account, 'Rowan - Refill', 70, 'won', '2026-02-02', '2026-02-05'),
      deal(account, 'Rowan - Refill', 70, 'won', '2026-02-16', '2026-02-19'),
      deal(account, 'Rowan - Refill', 70, 'won', '2026-03-02', '2026-03-05'),
      // Won, and entered a day before without an amount.
      deal(account, 'Rowan - Calibration rig', '', 'won', '2026-04-06', '2026-05-29'),
      deal(account, 'Rowan - Calibration rig', 900, 'won', '2026-04-07', '2026-05-29'),
      // Closed as lost, for it was entered twice; the other one goes on.
      deal(account, 'Rowan - Spectrometer', 640, 'lost', '2026-07-06', '2026-12-10'),
      deal(account, 'Rowan - Spectrometer', 640, 'open', '2026-07-07', '2026-12-10'),
      // Won by the copy that nobody gave an amount; the one that has it was closed as lost.
      deal(account, 'Rowan - Incubator', '', 'won', '2026-05-04', '2026-06-12'),
      deal(account, 'Rowan - Incubator', 450, 'lost', '2026-05-05', '2026-06-12'),
      // Won for less than the copy left open still says.
      deal(account, 'Rowan - Fume hood', 1200, 'won', '2026-01-12', '2026-01-29'),
      deal(account, 'Rowan - Fume hood', 1250, 'open', '2026-01-13', '2026-01-29'),
      // Nobody knows yet whose.
      deal('', 'Unknown - Microscope', 310, 'open', '2026-08-03', '2026-12-18'),
      deal('', 'Unknown - Microscope', 310, 'open', '2026-08-03', '2026-12-18'),
    ),
  );
});
afterAll(() => one.close());

it('counts orders each, a copy once with its amount, and of a lost copy and an open one the open one', async () => {
  expect(await one.metric('bookings')).toEqual([3 * 70 + 900 + 1200, 3 * 70 + 900 + 450 + 1200]);
  expect(await one.metric('open_pipeline')).toEqual([640 + 1250 + 2 * 310, 640 + 310]);
  expect(await one.metric('win_rate')).toEqual([7 / 9, 1]);
  expect(await one.metric('open_deals_without_amount')).toEqual([0, 0]);
});

it('a deal is what its copy says that counts: amount, stage, days; and it was created when the first of them was', async () => {
  const deals = await one.ask(`select d.amount::float, d.stage, g.created_on::text, d.close_on::text
    from unified.dim_deal d join golden.deal g on g.golden_id = d.deal_key where d.record_count = 2 order by 1`);
  expect(deals).toEqual([
    { amount: 310, stage: 'Prospecting', created_on: '2026-08-03', close_on: '2026-12-18' },
    { amount: 450, stage: 'Closed Won', created_on: '2026-05-04', close_on: '2026-06-12' },
    { amount: 640, stage: 'Prospecting', created_on: '2026-07-06', close_on: '2026-12-10' },
    { amount: 900, stage: 'Closed Won', created_on: '2026-04-06', close_on: '2026-05-29' },
    { amount: 1200, stage: 'Closed Won', created_on: '2026-01-12', close_on: '2026-01-29' },
  ]);
});
