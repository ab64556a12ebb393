/** The same people and deals in two orgs: each is one in every table, and counts once on the clean basis. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

const una = '0055g0000000001AAA';
const people = [
  ['Nadia', 'Kowalczyk', 'nadia.kowalczyk@lindenfels.example', 'Lindenfels Glass'],
  ['Bertil', 'Oyelaran', 'bertil.oyelaran@marstrand.example', 'Marstrand Rope'],
  ['Chidi', 'Rasmussen', 'chidi.rasmussen@oakhollow.example', 'Oakhollow Press'],
] as const;

let two: Published;
beforeAll(async () => {
  two = await publishOrg(
    {
      Account: [
        ['Id', 'Name', 'Website', 'OwnerId'],
        ...people.map(([, , , firm], at) => [
          `0015g00000000${10 + at}AAA`,
          firm,
          `${firm.split(' ')[0]!.toLowerCase()}.example`,
          una,
        ]),
      ],
      Contact: [['Id', 'FirstName', 'LastName', 'Email']],
      Lead: [
        ['Id', 'FirstName', 'LastName', 'Email', 'Company', 'OwnerId', 'CreatedDate', 'IsConverted'],
        ...people.map((one, at) => [
          `00Q5g00000000${10 + at}EAA`,
          ...one,
          una,
          `2026-0${1 + at}-05T09:00:00.000Z`,
          at === 2,
        ]),
      ],
    },
    ['default', 'second'],
  );
});
afterAll(() => two.close());

it('a lead of a person who asked in both orgs counts once', async () => {
  expect(await two.metric('leads')).toEqual([6, 3]);
  expect(await two.metric('lead_conversion_rate')).toEqual([2 / 6, 1 / 3]);
  expect(await two.metric('people')).toEqual([6, 3]);
  expect(
    await two.ask(`select count(distinct person_key)::int as people, count(distinct account_key)::int as companies,
      count(*) filter (where counts_in_clean)::int as counted from unified.fct_lead`),
  ).toEqual([{ people: 3, companies: 3, counted: 3 }]);
});

const kiln = (
  firms: readonly string[],
  seller: string,
  number: number,
  change: (at: number) => { amount?: number; close?: string; created?: string } = () => ({}),
): Rows => ({
  User: [
    ['Id', 'Name', 'IsActive'],
    [seller, 'Seller', true],
  ],
  Account: [
    ['Id', 'Name', 'Website', 'OwnerId'],
    ...firms.map((firm, at) => [
      `0015g00000000${number + at}AAA`,
      firm,
      `${firm.split(' ')[0]!.toLowerCase()}.example`,
      seller,
    ]),
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount IsClosed IsWon ForecastCategory CloseDate CreatedDate'.split(' '),
    ...firms.map((firm, at) => {
      const { amount = 48_250 + 1000 * at, close = `2026-0${4 + at}-12`, created = `2026-01-0${5 + at}` } = change(at);
      const id = `0065g00000000${number + at}AAA`;
      return [
        id,
        `0015g00000000${number + at}AAA`,
        seller,
        `${firm} kiln line`,
        'Closed Won',
        amount,
        true,
        true,
        'Closed',
        close,
        `${created}T09:00:00.000Z`,
      ];
    }),
  ],
});
const firms = people.map(([, , , firm]) => firm);
const here = kiln(firms, una, 10);

it('a deal that another org has as well, to the day and the cent, counts once, whoever owns it there', async () => {
  const both = await publishOrg(here, ['default', 'second'], {
    others: { second: kiln(firms, '0055g0000000009AAA', 50) },
  });
  expect(await both.metric('bookings')).toEqual([295_500, 147_750]);
  expect(await both.metric('won_deals')).toEqual([6, 3]);
  expect(await both.metric('customers')).toEqual([6, 3]);
  // By org the copy that counts is in one of the two.
  const byOrg = await both.ask(`select sum(value)::float8 as sum from unified.metric_value
    where metric = 'bookings' and basis = 'clean' and period = 'all' and dimension = 'org'`);
  expect(byOrg).toEqual([{ sum: 147_750 }]);
  const [bridge] = await both.ask(`select step, delta::float8 as delta, n_delta::int as n from unified.metric_bridge
    where metric = 'bookings' and period = 'all' and dimension = 'all' and delta <> 0`);
  expect(bridge).toEqual({ step: 'deal_copies', delta: -147_750, n: -3 });
  await both.close();
});

it('nor do ids tell them apart: of an org and a copy of the org each deal counts once', async () => {
  const both = await publishOrg(here, ['default', 'second']);
  expect(await both.metric('bookings')).toEqual([295_500, 147_750]);
  await both.close();
});

it('a deal of the same name with the same customer in another org is another where amount or days differ', async () => {
  const other = kiln(
    firms,
    '0055g0000000009AAA',
    50,
    (at) => [{ amount: 51_900 }, { close: '2026-09-30' }, { created: '2025-06-05', close: '2025-12-12' }][at]!,
  );
  const both = await publishOrg(here, ['default', 'second'], { others: { second: other } });
  expect(await both.metric('won_deals')).toEqual([6, 6]);
  const [raw, clean] = await both.metric('bookings');
  expect(clean).toBe(raw);
  // Who has bought in both is one customer all the same.
  expect(await both.metric('customers')).toEqual([6, 3]);
  await both.close();
});
