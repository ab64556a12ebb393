/** The fix ledger of companies: copies of accounts and deals without one, what their repair does to customers, and what it does not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '@assay/emulator/change.ts';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';

const una = '0055g0000000001AAA';
const account = (n: number) => `0015g00000000${n}AAA`;
const contact = (n: number) => `0035g00000000${n}AAA`;
const id = (n: number) => `0065g00000000${n}AAA`;
const companies: [n: number, name: string, site: string, phone: string, street: string][] = [
  // 10 and 11 are one company, 12 and 13 another of which only one was sold to, 14 and 15 stand alone.
  [10, 'Harbour Crane Works', 'harbourcrane.example', '+49 40 3011 2200', 'Kehrwieder 9'],
  [11, 'Harbour Crane Works GmbH', 'harbourcrane.example', '+49 40 3011 2200', 'Kehrwieder 9'],
  [12, 'Ostrich Feather Mill', 'ostrichmill.example', '+49 30 7740 8811', 'Federweg 4'],
  [13, 'Ostrich Feather Mill', 'ostrichmill.example', '+49 30 7740 8811', 'Federweg 4'],
  [14, 'Quarry Lift Partners', 'quarrylift.example', '+49 89 5520 6630', 'Am Bruch 77'],
  [15, 'Salt Barge Lines', 'saltbarge.example', '+49 421 1180 330', 'Weserkai 2'],
];
const deals: [n: number, name: string, account: number | null, amount: number, isWon: boolean][] = [
  [10, 'Crane overhaul spring', 10, 1000, true],
  [11, 'Rope drum replacement', 11, 500, true],
  [12, 'Plume sorting line', 12, 700, true],
  [13, 'Dust filter study', 13, 90, false],
  [14, 'Lift cabin refit', 14, 300, true],
  // Without an account; their contacts work for 14, which is a customer, and for 15, which is none.
  [15, 'Lift sensor retrofit', null, 250, true],
  [16, 'Barge hull survey', null, 400, true],
  [17, 'Deal of nobody at all', null, 60, true],
];
const rows: Rows = {
  User: [
    ['Id', 'Name', 'Username', 'IsActive'],
    [una, 'Una', 'una@x.example', true],
  ],
  Account: [
    ['Id', 'Name', 'Website', 'Phone', 'BillingStreet', 'BillingCity', 'BillingCountry', 'OwnerId'],
    ...companies.map(([n, name, site, phone, street]) => [account(n), name, site, phone, street, 'X', 'Germany', una]),
  ],
  Contact: [
    ['Id', 'FirstName', 'LastName', 'AccountId'],
    [contact(14), 'Ida', 'Lifter', account(14)],
    [contact(15), 'Ole', 'Barge', account(15)],
  ],
  Opportunity: [
    ['Id', 'Name', 'AccountId', 'OwnerId', 'StageName', 'Amount', 'CloseDate', 'IsClosed', 'IsWon', 'CreatedDate'],
    ...deals.map(([n, name, of, amount, isWon]) => [
      id(n),
      name,
      of === null ? '' : account(of),
      una,
      isWon ? 'Closed Won' : 'Closed Lost',
      amount,
      `2026-11-${n}`,
      true,
      isWon,
      `2026-10-${n}T08:00:00.000Z`,
    ]),
  ],
  OpportunityContactRole: [
    ['Id', 'OpportunityId', 'ContactId', 'IsPrimary'],
    ['00K5g0000000001AAA', id(15), contact(14), true],
    ['00K5g0000000002AAA', id(16), contact(15), true],
  ],
};

let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());

type Line = { kind: string; first: number; state: string; metric: string; alone: number; top: number; real: number };
const lines = async () =>
  (
    (await org.ask(`select x.kind, substr(x.record_ids[1], 14, 2)::int as first, x.state, m.metric, m.alone, m.on_top as top,
      m.realised as real
    from unified.quality_fix x join unified.quality_fix_metric m using (fix_id)
    where x.kind in ('account_copies', 'orphan_deal') and m.metric in ('customers', 'revenue_per_customer')
    order by 1, 2, 4`)) as Line[]
  ).map(({ kind, first, state, metric, ...of }) => [
    `${kind} ${first} ${state} ${metric}`,
    ...Object.values(of).map((value) => (value === null ? null : Math.round(value * 100) / 100)),
  ]);
const metric = async (name: string, basis: string) => {
  const [row] = (await org.ask(`select value::float8 from unified.metric_value
    where metric = '${name}' and basis = '${basis}' and period = 'all' and dimension = 'all'`)) as { value: number }[];
  return row!.value;
};

it('prices copies of accounts and deals without one by customers, alone and on top of the others', async () => {
  // By hand. Raw: 10, 11, 12, 14 are customers, of 2,500. Clean: three companies and the barge line, of 3,150.
  expect([await metric('customers', 'raw'), await metric('customers', 'clean')]).toEqual([4, 4]);
  expect(await metric('revenue_per_customer', 'raw')).toBe(625);
  expect(await metric('revenue_per_customer', 'clean')).toBe(787.5);
  expect(await lines()).toEqual(
    [
      // Two customers become one.
      ['account_copies 10 open customers', -1, -1, null],
      ['account_copies 10 open revenue_per_customer', Math.round(100 * (2500 / 3 - 625)) / 100, 157.5, null],
      // The other copy was never sold to, so that 12 promises nothing; 14 was a customer before, 15 was not.
      ['orphan_deal 15 open revenue_per_customer', 62.5, 62.5, null],
      ['orphan_deal 16 open customers', 1, 1, null],
      ['orphan_deal 16 open revenue_per_customer', 2900 / 5 - 625, 787.5 - Math.round((100 * 2750) / 3) / 100, null],
    ].map((line) => line.map((one) => (typeof one === 'number' ? Math.round(one * 100) / 100 : one))),
  );
  // Nobody knows whose the third is: it is an empty field, and says so.
  expect(
    await org.ask(`select kind, substr(record_ids[1], 14, 2)::int as n, not_priced is null as priced from unified.quality_fix
      where record_ids[1] in ('${id(15)}', '${id(17)}') order by 1`),
  ).toEqual([
    { kind: 'missing_value', n: 17, priced: false },
    { kind: 'orphan_deal', n: 15, priced: true },
  ]);
});

it('books what a merge and a chosen account did to customers, and none of the sales of the same night', async () => {
  const at = '2026-11-21T08:00:00Z';
  const change = (n: number, fields: Record<string, string | number>): Change => ({
    op: 'update',
    sobject: 'Opportunity',
    id: id(n),
    fields,
    at,
    by: una,
  });
  await org.change(
    { op: 'merge', sobject: 'Account', masterId: account(10), mergeIds: [account(11)], at },
    change(15, { AccountId: account(14) }),
    // Not where its contact works: another customer, so that it adds none.
    change(16, { AccountId: account(12) }),
    // Nobody's repair: a sale to the company of the merge grows.
    change(10, { Amount: 9000 }),
  );
  await org.sync('2026-11-21');
  const done = (await lines()).filter(([what]) => String(what).includes(' done '));
  expect(done.map(([what, , , real]) => [what, real])).toEqual([
    ['account_copies 10 done customers', -1],
    ['account_copies 10 done revenue_per_customer', expect.any(Number)],
    ['orphan_deal 15 done revenue_per_customer', expect.any(Number)],
    ['orphan_deal 16 done customers', 0],
    ['orphan_deal 16 done revenue_per_customer', expect.any(Number)],
  ]);
  // 11,150 of three customers: with the copy back they were four, with its account gone a deal's 250 or 400 are of nobody.
  const total = 9000 + 500 + 700 + 300 + 250 + 400;
  const real = done.flatMap(([what, , , value]) => (String(what).includes('revenue') ? [value] : []));
  expect(real).toEqual([total / 3 - total / 4, 250 / 3, 400 / 3].map((one) => Math.round(one * 100) / 100));
  expect(await metric('customers', 'raw')).toBe(3);
});
