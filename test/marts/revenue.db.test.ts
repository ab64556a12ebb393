/** Customers of an org with copies, parents, renewals, refunds and deals of nobody: who is new, who stays, and what winning one cost. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemActor } from '../../src/model/actor.ts';
import { putInput } from '../../src/review/input.ts';
import { metricNeeds, reasonOf } from '../../src/views/metrics.ts';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const account = (n: number) => `0015g00000000${n}AAA`;
const [larch, copy, alder, retail, birch] = [account(10), account(11), account(12), account(13), account(14)] as const;
let count = 10;
const won = (of: string, type: string, amount: number | string, close: string) => [
  `0065g00000000${count++}AAA`,
  of,
  una,
  `${type} ${close}`,
  'Closed Won',
  amount,
  true,
  true,
  close,
  `${close.slice(0, 4)}-01-02T09:00:00.000Z`,
  type,
];

let org: Published;
beforeAll(async () => {
  const larches = ['https://larch-ceramics.example', '+49 30 5550117', 'Kilnstrasse 5', 'Berlin', '10115'];
  org = await publishOrg({
    Account: [
      ['Id', 'Name', 'OwnerId', 'ParentId', 'Website', 'Phone', 'BillingStreet', 'BillingCity', 'BillingPostalCode'],
      [larch, 'Larch Ceramics', una, '', ...larches],
      [copy, 'Larch Ceramics', una, '', ...larches],
      [
        alder,
        'Alder Group',
        una,
        '',
        'https://alder-group.example',
        '+44 20 79460812',
        '9 Dock Road',
        'London',
        'E16 2QU',
      ],
      [
        retail,
        'Rosewood Retail',
        una,
        alder,
        'https://rosewood.example',
        '+33 1 70189922',
        '3 rue Verte',
        'Paris',
        '75011',
      ],
      [
        birch,
        'Quarry Mills',
        una,
        '',
        'https://quarrymills.example',
        '+1 312 5550164',
        '77 Lake Street',
        'Chicago',
        '60601',
      ],
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName Amount IsClosed IsWon CloseDate CreatedDate Type'.split(' '),
      won(larch, 'New', 1200, '2025-01-15'),
      // Renewed five weeks early, on the copy.
      won(copy, 'Renewal', 1440, '2025-11-20'),
      won(retail, 'New', 600, '2025-03-10'),
      won(alder, 'New', 600, '2026-02-10'),
      won(birch, 'New', 2400, '2025-02-10'),
      won(birch, 'Credit', -500, '2025-04-01'),
      won('', 'New', 120, '2025-05-01'),
    ],
  });
});
afterAll(() => org.close());

const give = async (name: string, text: string) => {
  const by = systemActor('test');
  await putInput(org.db, { name, file: Buffer.from(text), connectionId: 'default', by }, new Date());
  await org.again();
};
const both = (value: number | null) => [value, value];
const reason = async (metric: string) => reasonOf((await metricNeeds(org.db)).get(metric));

it('new customers are companies at the top, won once', async () => {
  expect(await org.metric('new_customers')).toEqual([5, 3]);
  expect(await org.metric('new_customers', '2026-Q1')).toEqual([1]);
});

it('as long as nobody says what is recurring, nothing is: revenue is what was won, and retention is not measurable', async () => {
  expect(await org.metric('revenue', '2025-04')).toEqual(both(-500));
  expect(await org.metric('revenue', '2025-05')).toEqual(both(120));
  for (const name of ['logo_churn', 'net_revenue_retention', 'recurring_revenue', 'cac_payback', 'cases_per_customer'])
    expect(await org.metric(name), name).toEqual(both(null));
  expect(await reason('logo_churn')).toBe('not measurable: needs recurring, by PUT /v1/inputs/recurring');
  expect(await reason('cac_payback')).toContain('needs spend');
});

it('a renewal on the copy of an account is churn and a new customer on raw, and neither on clean', async () => {
  await give('recurring', 'object;type;term\nOpportunity;New;12\nOpportunity;renewal;12\nOpportunity;Credit;0\n');
  expect(await reason('logo_churn')).toBeNull();
  expect(await org.metric('recurring_revenue', '2025-12')).toEqual([100 + 120 + 50 + 200, 100 + 50 + 200]);
  expect(await org.metric('recurring_revenue', '2026-01')).toEqual(both(370));
  expect(await org.metric('logo_churn', '2026-01')).toEqual([1 / 4, 0]);
  const third = expect.closeTo(1 / 3, 9);
  expect(await org.metric('logo_churn', '2026-02')).toEqual([third, third]);
  expect(await org.metric('net_revenue_retention', '2026-01')).toEqual([0, 1.2]);
  expect(await org.metric('gross_revenue_retention', '2026-01')).toEqual([0, 1]);
  // The early renewal begins when the first term ends, so it still runs; on raw it has run out.
  expect(await org.metric('active_customers')).toEqual([1, 2]);
  expect(await org.metric('revenue', '2025-04')).toEqual([expect.closeTo(-150, 9), expect.closeTo(-150, 9)]);
  // Of a deal without an account there is revenue, and no customer.
  expect(await org.metric('revenue', '2025-05')).toEqual([360, 360]);
  expect(await org.metric('recurring_revenue', '2025-05')).toEqual([350, 350]);
});

it('the bridge from raw to clean adds up, and its step is the copies of accounts', async () => {
  for (const metric of [
    'new_customers',
    'logo_churn',
    'net_revenue_retention',
    'recurring_revenue',
    'active_customers',
  ]) {
    const [off] = (await org.ask(`select count(*)::int as count from (
      select v.period, max(v.value) filter (where v.basis = 'clean') - max(v.value) filter (where v.basis = 'raw') as gap,
        (select sum(b.delta) from unified.metric_bridge b where b.metric = v.metric and b.period = v.period and b.dimension = 'all') as told
      from unified.metric_measured v where v.metric = '${metric}' and v.dimension = 'all' group by v.metric, v.period) x
      where abs(coalesce(gap, 0) - coalesce(told, 0)) > 1e-9 and gap is not null`)) as { count: number }[];
    expect(off, metric).toEqual({ count: 0 });
  }
  expect(await org.ask(`select distinct step from unified.metric_bridge where metric = 'logo_churn'`)).toEqual([
    { step: 'account_copies' },
  ]);
});

it('spend of some months is held against the customers of these months', async () => {
  await give(
    'spend',
    'month,channel,amount,kind\n2025-01,Web,400,\n2025-01,,600,other\n2025-03,Web,500,\n2026-02,Web,300,\n',
  );
  expect(await org.metric('cac_blended', '2025-Q1')).toEqual(both(750));
  expect(await org.metric('cac_blended', '2026-Q1')).toEqual([300]);
  expect(await org.metric('cac_paid', '2025-Q1')).toEqual([]);
  expect(await reason('cac_blended')).toBeNull();
  expect(await reason('cac_payback')).toBe('not measurable: needs margin, by PUT /v1/inputs/margin');
});

it('with a margin a customer has a value and a payback', async () => {
  await give('margin', 'from;margin\n;50 %\n');
  expect(await org.metric('clv_historic')).toEqual([
    expect.closeTo((600 + 720 + 300 + 300 + 950) / 5, 6),
    expect.closeTo((1320 + 600 + 950) / 3, 6),
  ]);
  // 1000 for one customer who pays 100 a month, of which half is left.
  expect(await org.metric('cac_payback', '2025-01')).toEqual(both(20));
});

it('cohorts say who is left, months later', async () => {
  expect(
    await org.ask(`select cohort_month::text, customer_count::int, retained_count::int, amount::float8 from revops.retention_cohort
      where basis = 'clean' and months_since = 12 order by 1`),
  ).toEqual([
    { cohort_month: '2025-01-01', customer_count: 1, retained_count: 1, amount: 120 },
    { cohort_month: '2025-02-01', customer_count: 1, retained_count: 0, amount: 0 },
    { cohort_month: '2025-03-01', customer_count: 1, retained_count: 1, amount: 50 },
  ]);
});

it('who renews within the grace never left, and pays as before until then', async () => {
  // Larch: three months from January, and anew in November: seven months without a term.
  await give('recurring', 'object;type;term\nOpportunity;New;3\nOpportunity;renewal;12\nOpportunity;Credit;0\n');
  const clean = async (metric: string, period: string) => (await org.metric(metric, period)).at(-1);
  const told = async () => [
    await clean('recurring_revenue', '2025-06'),
    await clean('logo_churn', '2025-04'),
    await clean('recurring_revenue_reactivated', '2025-11'),
  ];
  expect(await told()).toEqual([0, expect.closeTo(1 / 3, 9), 120]);
  await give('grace', 'months\n6\n');
  expect(await told()).toEqual([0, expect.closeTo(1 / 3, 9), 120]);
  await give('grace', 'months\n7\n');
  expect(await told()).toEqual([400, 0, 0]);
  expect(await clean('recurring_revenue_contraction', '2025-11')).toBe(280);
  // Alder's last term ended in April 2026, and as of November it may still renew; Quarry Mills has left.
  expect(await clean('active_customers', '2026-11')).toBe(2);
  await give('grace', 'months\n');
  expect(await told()).toEqual([0, expect.closeTo(1 / 3, 9), 120]);
  await expect(give('grace', 'months\n1\n2\n')).rejects.toThrow('line 3: is one too many: this input has one line');
});
