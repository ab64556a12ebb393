/** A deal that nobody tied to an account belongs to the company of its main contact, else of its lead: a step of the bridge. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const id = (prefix: string, count: number) => `${prefix}5g00000000${String(count).padStart(2, '0')}AAA`;
const words = (text: string) => text.split(' ');
const deal = (count: number, account: string, name: string, amount: number) => [
  id('006', count),
  account,
  una,
  name,
  'Closed Won',
  'Closed',
  true,
  true,
  amount,
  '2026-06-10',
  `2026-0${count}-01T09:00:00.000Z`,
];

let org: Published;
beforeAll(async () => {
  org = await publishOrg({
    Account: [
      words('Id Name OwnerId'),
      [id('001', 1), 'Rowan Instruments', una],
      [id('001', 2), 'Harrow Rail', una],
      [id('001', 3), 'Tern Air', una],
    ],
    Contact: [
      words('Id AccountId FirstName LastName Email OwnerId'),
      [id('003', 1), id('001', 2), 'Ada', 'Quist', 'ada@harrow.example', una],
      [id('003', 2), id('001', 1), 'Boris', 'Lund', 'boris@rowan.example', una],
      [id('003', 3), '', 'Nemo', 'Nobody', 'nemo@nowhere.example', una],
    ],
    Lead: [
      words(
        'Id FirstName LastName Company Email OwnerId CreatedDate Status IsConverted ConvertedDate ConvertedAccountId ConvertedOpportunityId',
      ),
      [
        id('00Q', 1),
        'Chen',
        'Wei',
        'Tern Air',
        'chen@tern.example',
        una,
        '2026-02-01T09:00:00.000Z',
        'Qualified',
        true,
        '2026-03-01',
        id('001', 3),
        id('006', 3),
      ],
    ],
    Opportunity: [
      words('Id AccountId OwnerId Name StageName ForecastCategory IsClosed IsWon Amount CloseDate CreatedDate'),
      deal(1, id('001', 1), 'Spectrometer', 100),
      // Both contacts are of it, and the main one says whose it is.
      deal(2, '', 'Signals', 40),
      deal(3, '', 'Engine', 7),
      // Its contact belongs to nobody.
      deal(4, '', 'Riddle', 1),
    ],
    OpportunityContactRole: [
      words('Id OpportunityId ContactId IsPrimary'),
      [id('00K', 1), id('006', 2), id('003', 2), false],
      [id('00K', 2), id('006', 2), id('003', 1), true],
      [id('00K', 3), id('006', 4), id('003', 3), true],
    ],
  });
});
afterAll(() => org.close());

const byAccount = () =>
  org.ask(`select key_name, value::int as value from unified.metric_value where metric = 'bookings' and basis = 'clean'
    and dimension = 'account' order by value desc`);

it('raw has one customer, clean three, and the bridge says which deals made the difference', async () => {
  expect(await org.metric('customers')).toEqual([1, 3]);
  expect(
    await org.ask(`select step, delta::int as delta from unified.metric_bridge
    where metric = 'customers' and period = 'all' and dimension = 'all'`),
  ).toEqual([{ step: 'missing_links', delta: 2 }]);
  expect(await byAccount()).toEqual([
    { key_name: 'Rowan Instruments', value: 100 },
    { key_name: 'Harrow Rail', value: 40 },
    { key_name: 'Tern Air', value: 7 },
    { key_name: 'none', value: 1 },
  ]);
  expect(await org.metric('bookings')).toEqual([148, 148]);
});

it('follows its contact to another company, and an account of its own comes first', async () => {
  await org.change(
    { op: 'update', sobject: 'Contact', id: id('003', 1), fields: { AccountId: id('001', 3) } },
    { op: 'update', sobject: 'Opportunity', id: id('006', 3), fields: { AccountId: id('001', 1) } },
  );
  await org.sync('2026-11-21');
  expect(await byAccount()).toEqual([
    { key_name: 'Rowan Instruments', value: 107 },
    { key_name: 'Tern Air', value: 40 },
    { key_name: 'none', value: 1 },
  ]);
  expect(await org.metric('customers')).toEqual([1, 2]);
});
