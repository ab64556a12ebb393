/** Orgs of a few records, whose numbers can be worked out by hand: what is no copy counts, and every day falls where it is. */
import { afterAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

const una = '0055g0000000001AAA';
const ben = '0055g0000000002AAA';
const serial = (count: number) => String(count).padStart(2, '0');
const accountId = (count: number) => `0015g00000000${serial(count)}AAA`;
const dealId = (count: number) => `0065g00000000${serial(count)}AAA`;

type Deal = {
  name: string;
  amount: number | '';
  close: string;
  created?: string;
  outcome?: 'won' | 'lost' | 'open';
  account?: number;
  owner?: string;
};
const stages = {
  won: ['Closed Won', 'Closed', true, true],
  lost: ['Closed Lost', 'Omitted', true, false],
  open: ['Prospecting', 'Pipeline', false, false],
} as const;

/** One folder: its accounts by name, its deals, and what else it has. */
const org = (
  accounts: readonly (string | [name: string, parent: number])[],
  deals: readonly Deal[],
  more: Rows = {},
): Rows => ({
  User: [
    ['Id', 'Name', 'IsActive'],
    [una, 'Una', true],
    [ben, 'Ben', true],
  ],
  Account: [
    ['Id', 'Name', 'OwnerId', 'CreatedDate', 'ParentId'],
    ...accounts.map((given, at) => {
      const [name, parent] = typeof given === 'string' ? [given, null] : given;
      return [accountId(at + 1), name, una, '2023-05-02T00:00:00.000Z', parent === null ? '' : accountId(parent)];
    }),
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName ForecastCategory IsClosed IsWon Amount CloseDate CreatedDate'.split(' '),
    ...deals.map(({ name, amount, close, created = '2026-01-04', outcome = 'won', account = 1, owner = una }, at) => [
      dealId(at + 1),
      account === 0 ? '' : accountId(account),
      owner,
      name,
      ...stages[outcome],
      amount,
      close,
      created.length > 10 ? created : `${created}T09:00:00.000Z`,
    ]),
  ],
  ...more,
});

const opened: Published[] = [];
async function published(...given: Parameters<typeof org>): Promise<Published> {
  const one = await publishOrg(org(...given));
  opened.push(one);
  return one;
}
afterAll(() => Promise.all(opened.map((one) => one.close())));

it('orders that follow one another are none of them copies, sites and months neither', async () => {
  const weekly = [0, 1, 2, 3, 4, 5, 6].map((week) => ({
    name: 'Toner for the copiers',
    amount: 240,
    created: new Date(Date.UTC(2026, 2, 2 + 7 * week)).toISOString(),
    close: new Date(Date.UTC(2026, 2, 5 + 7 * week)).toISOString().slice(0, 10),
  }));
  const sites = [
    { name: 'Kestrel Foods - Cold store', amount: 9000, created: '2026-01-12', close: '2026-03-20' },
    { name: 'Kestrel Foods - Cold store', amount: 9000, created: '2026-07-06', close: '2026-09-15', owner: ben },
  ];
  const one = await published(['Kestrel Foods'], [...weekly, ...sites]);
  expect(await one.metric('bookings')).toEqual([19_680, 19_680]);
});

it('two of a kind in an org of three are a copy, with an account and without', async () => {
  const twins = {
    name: 'Larkspur - Pilot',
    amount: 730,
    created: '2026-10-05',
    close: '2026-10-30',
    outcome: 'open',
  } as const;
  const other = {
    name: 'Something else',
    amount: 41,
    created: '2026-11-15',
    close: '2026-12-18',
    outcome: 'open',
  } as const;
  const one = await published(['Larkspur Ltd'], [twins, twins, other]);
  expect(await one.metric('open_pipeline')).toEqual([1501, 771]);
  expect(await one.ask(`select sum(amount)::int as amount from salesops.stale_deal`)).toEqual([{ amount: 730 }]);
  expect(await one.metric('open_pipeline_stale')).toEqual([1460, 730]);
  const homeless = await published(
    [],
    [
      { ...twins, account: 0, close: '2026-12-30' },
      { ...twins, account: 0, close: '2026-12-30' },
      { ...other, account: 0 },
    ],
  );
  expect(await homeless.metric('open_pipeline')).toEqual([1501, 771]);
});

it('a copy in another quarter and of another owner is counted where its survivor is', async () => {
  const deal = { name: 'Harrow Rail - Signals', amount: 5100 };
  const one = await published(
    ['Harrow Rail'],
    [
      { ...deal, created: '2026-05-11', close: '2026-06-29' },
      { ...deal, created: '2026-05-12', close: '2026-07-02', owner: ben },
      { name: 'Depot doors', amount: 17, close: '2026-08-03', owner: ben },
    ],
  );
  expect(await one.metric('bookings')).toEqual([10_217, 5117]);
  const sums = await one.ask(`select basis, dimension, sum(value)::int as value from unified.metric_value
    where metric = 'bookings' and (dimension = 'owner' and period = 'all' or dimension = 'all' and period_kind = 'quarter')
    group by 1, 2 order by 1, 2`);
  expect(sums).toEqual([
    { basis: 'clean', dimension: 'all', value: 5117 },
    { basis: 'clean', dimension: 'owner', value: 5117 },
    { basis: 'raw', dimension: 'all', value: 10_217 },
    { basis: 'raw', dimension: 'owner', value: 10_217 },
  ]);
});

it('an amount that is missing is no zero, and one below zero counts as it is', async () => {
  const closed = [300, -45, ''].map((amount, at) => ({ name: `Deal ${at}`, amount, close: '2026-05-05' }) as Deal);
  const one = await published(
    ['Osier Group'],
    [
      ...closed,
      { name: 'Lost one', amount: 85, close: '2026-05-06', outcome: 'lost' },
      { name: 'Blank one', amount: '', close: '2026-12-20', outcome: 'open' },
      { name: 'Priced one', amount: 66, close: '2026-12-21', outcome: 'open' },
    ],
  );
  expect(await one.metric('bookings')).toEqual([255, 255]);
  expect(await one.metric('win_rate')).toEqual([0.75, 0.75]);
  expect((await one.metric('win_rate_value')).map((value) => value?.toFixed(4))).toEqual(['0.7500', '0.7500']);
  expect(await one.metric('open_pipeline')).toEqual([66, 66]);
  expect(await one.metric('open_deals_without_amount')).toEqual([1, 1]);
});

it('each day falls into its own quarter, the last and the first, far away and before the deal was created', async () => {
  const days = ['2026-06-30', '2026-07-01', '2025-12-31', '2026-01-01'];
  const one = await published(
    ['Tern Air'],
    [
      ...days.map((close, at) => ({ name: `Flight ${at}`, amount: 10 ** at, close, created: '2025-12-01' })),
      { name: 'Entered late', amount: 20_000, close: '2025-08-14', created: '2026-02-02' },
      { name: 'Somewhen', amount: 7, close: '2199-12-31', outcome: 'open', created: '2026-11-01' },
    ],
  );
  const of = async (name: string, period: string) => (await one.metric(name, period))[1];
  expect(await of('bookings', '2026-Q2')).toBe(1);
  expect(await of('bookings', '2026-Q3')).toBe(10);
  expect(await of('bookings', '2025-Q4')).toBe(100);
  expect(await of('bookings', '2026-Q1')).toBe(1000);
  expect(await of('bookings', '2025-Q3')).toBe(20_000);
  expect(await of('open_pipeline', '2199-12')).toBe(7);
  // A deal that closed before it was created has no length.
  expect(await one.metric('cycle_days', '2025-08')).toEqual([]);
});

it('a parent and its child are two customers, and a name that says nothing joins nobody', async () => {
  const win = (account: number) => ({ name: `Order of ${account}`, amount: 50, close: '2026-04-08', account });
  const family = await published(
    ['Fenwick Group', ['Fenwick Group France', 1], ['Fenwick Group Spain', 1]],
    [1, 2, 3].map(win),
  );
  expect(await family.metric('customers')).toEqual([3, 3]);
  const nameless = await published(['tbd', 'Unknown Company', 'TEST', 'Alder Forge'], [1, 2, 3, 4].map(win));
  expect(await nameless.metric('customers')).toEqual([4, 4]);
  expect(await nameless.metric('bookings')).toEqual([200, 200]);
});

it('what is merged, reopened, deleted and brought back counts as it stands after each sync', async () => {
  const one = await published(
    ['Mallard Ltd', 'Plover Ltd'],
    [
      { name: 'First', amount: 400, close: '2026-03-02' },
      { name: 'Second', amount: 60, close: '2026-03-03', account: 2 },
      { name: 'Third', amount: 5, close: '2026-03-04', account: 2 },
    ],
  );
  expect(await one.metric('bookings')).toEqual([465, 465]);
  await one.change(
    { op: 'merge', sobject: 'Account', masterId: accountId(1), mergeIds: [accountId(2)] },
    { op: 'update', sobject: 'Opportunity', id: dealId(1), fields: { StageName: 'Prospecting' } },
    { op: 'delete', sobject: 'Opportunity', id: dealId(3) },
  );
  await one.sync('2026-11-21');
  expect(await one.metric('bookings')).toEqual([60, 60]);
  expect(await one.metric('open_pipeline')).toEqual([400, 400]);
  expect(await one.metric('customers')).toEqual([1, 1]);
  await one.change(
    { op: 'undelete', sobject: 'Opportunity', id: dealId(3) },
    {
      op: 'update',
      sobject: 'Opportunity',
      id: dealId(1),
      fields: { StageName: 'Closed Won', CloseDate: '2026-11-22' },
    },
  );
  await one.sync('2026-11-22');
  expect(await one.metric('bookings')).toEqual([465, 465]);
  expect(await one.metric('bookings', '2026-11')).toEqual([400, 400]);
  expect(await one.metric('customers')).toEqual([1, 1]);
  expect(await one.ask('select count(*)::int as deals from salesops.stale_deal')).toEqual([{ deals: 0 }]);
});
