/** Person accounts are people, households and buckets are no companies; each is published as what it is, and deals join them all. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { companyName } from '../../src/matcher/values/company-name.ts';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const account = (n: number) => `0015g00000000${n}AAA`;
const contact = (n: number) => `0035g00000000${n}AAA`;
/** Colleagues at Osterlund: people of the kind that orgs have, from whom matching learns what says something. */
const given = ['Aksel', 'Birgit', 'Carlos', 'Dagny', 'Edvard', 'Freja', 'Gunnar', 'Hanne'];
const family = ['Moller', 'Novak', 'Okafor', 'Petrov', 'Quintana', 'Rasmussen'];
const colleagues = given.flatMap((first, at) =>
  family.map((last, of) => ({ first, last, n: 30 + at * family.length + of })),
);
const household = '0125g0000000001AAA';

let org: Published;
beforeAll(async () => {
  org = await publishOrg({
    RecordType: [
      ['Id', 'Name', 'DeveloperName', 'SobjectType', 'IsActive'],
      [household, 'Household Account', 'HH_Account', 'Account', true],
    ],
    Account: [
      'Id Name OwnerId RecordTypeId IsPersonAccount PersonContactId FirstName LastName PersonEmail PersonMobilePhone PersonMailingCity Phone BillingCity'.split(
        ' ',
      ),
      // Tomas has two accounts, the others one each.
      [
        account(10),
        'Tomas Lindqvist',
        una,
        '',
        true,
        contact(10),
        'Tomas',
        'Lindqvist',
        'tomas.lindqvist@fjord.example',
        '+46 70 555 01 10',
        'Malmo',
        '',
        '',
      ],
      [
        account(11),
        'Tomas Lindqvist',
        una,
        '',
        true,
        contact(11),
        'Tomas',
        'Lindqvist',
        'tomas.lindqvist@fjord.example',
        '+46 70 555 01 10',
        'Malmo',
        '',
        '',
      ],
      [
        account(12),
        'Mary Johnson',
        una,
        '',
        true,
        contact(12),
        'Mary',
        'Johnson',
        'mary1.johnson@aspen.example',
        '+1 775 555 0112',
        '',
        '',
        'Reno',
      ],
      [
        account(13),
        'Peter Johnson',
        una,
        '',
        true,
        contact(13),
        'Peter',
        'Johnson',
        'peter.johnson@birchwood.example',
        '+1 352 555 0113',
        '',
        '',
        'Ocala',
      ],
      [account(14), 'Osterlund Tools', una, '', false, '', '', '', '', '', '', '', 'Lund'],
      [account(15), 'Smith Household', una, '', false, '', '', '', '', '', '', '', 'Reno'],
      [account(16), 'Smith Household', una, '', false, '', '', '', '', '', '', '', 'Ocala'],
      [account(17), 'The Garcias', una, household, false, '', '', '', '', '', '', '', ''],
      [account(18), 'Self-employed', una, '', false, '', '', '', '', '', '', '', ''],
      [account(19), 'Self-employed', una, '', false, '', '', '', '', '', '', '', ''],
    ],
    Contact: [
      ['Id', 'AccountId', 'FirstName', 'LastName', 'Email', 'OwnerId'],
      [contact(10), account(10), 'Tomas', 'Lindqvist', 'tomas.lindqvist@fjord.example', una],
      [contact(20), account(14), 'Greta', 'Osterlund', 'greta@osterlund.example', una],
      ...colleagues.map(({ first, last, n }) => [
        contact(n),
        account(14),
        first,
        last,
        `${first}.${last}@osterlund.example`.toLowerCase(),
        una,
      ]),
    ],
    Case: [
      ['Id', 'AccountId', 'ContactId', 'Status'],
      ['5005g0000000010AAA', account(11), contact(11), 'New'],
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName Amount IsClosed IsWon CloseDate CreatedDate'.split(' '),
      [
        '0065g0000000010AAA',
        account(10),
        una,
        'Tomas Lindqvist - Kayak',
        'Closed Won',
        300,
        true,
        true,
        '2026-05-10',
        '2026-04-02T09:00:00.000Z',
      ],
      [
        '0065g0000000011AAA',
        account(11),
        una,
        'Tomas Lindqvist - Kayak',
        'Closed Won',
        300,
        true,
        true,
        '2026-05-10',
        '2026-04-02T09:00:00.000Z',
      ],
      [
        '0065g0000000012AAA',
        account(12),
        una,
        'Mary Johnson - Tent',
        'Closed Won',
        90,
        true,
        true,
        '2026-06-11',
        '2026-03-02T09:00:00.000Z',
      ],
      [
        '0065g0000000013AAA',
        account(13),
        una,
        'Peter Johnson - Tent',
        'Closed Won',
        90,
        true,
        true,
        '2026-06-11',
        '2026-03-02T09:00:00.000Z',
      ],
      [
        '0065g0000000014AAA',
        account(15),
        una,
        'Gift',
        'Closed Won',
        20,
        true,
        true,
        '2026-07-11',
        '2026-07-02T09:00:00.000Z',
      ],
    ],
  });
});
afterAll(() => org.close());

it('a person account is a person, once with its contact, and never a company', async () => {
  expect(
    await org.ask(
      `select first_name || ' ' || last_name as name, city, email, record_count from unified.dim_person where last_name in ('Osterlund', 'Johnson', 'Lindqvist') order by 1, 2`,
    ),
  ).toEqual([
    { name: 'Greta Osterlund', city: null, email: 'greta@osterlund.example', record_count: 1 },
    { name: 'Mary Johnson', city: 'Reno', email: 'mary1.johnson@aspen.example', record_count: 1 },
    { name: 'Peter Johnson', city: 'Ocala', email: 'peter.johnson@birchwood.example', record_count: 1 },
    { name: 'Tomas Lindqvist', city: 'Malmo', email: 'tomas.lindqvist@fjord.example', record_count: 2 },
  ]);
  expect(await org.metric('people')).toEqual([5 + 48, 4 + 48]);
  expect(await org.ask(`select count(*)::int as n from golden.company where name ~ 'Lindqvist|Johnson'`)).toEqual([
    { n: 0 },
  ]);
});

it('each account is published as what it is, households and buckets one by one', async () => {
  expect(
    await org.ask(
      `select kind, name, count(*)::int as n, sum(record_count)::int as records from unified.dim_account group by 1, 2 order by 1, 2`,
    ),
  ).toEqual([
    { kind: 'bucket', name: 'Self-employed', n: 2, records: 2 },
    { kind: 'business', name: 'Osterlund Tools', n: 1, records: 1 },
    { kind: 'household', name: 'Smith Household', n: 2, records: 2 },
    { kind: 'household', name: 'The Garcias', n: 1, records: 1 },
    { kind: 'person', name: 'Mary Johnson', n: 1, records: 1 },
    { kind: 'person', name: 'Peter Johnson', n: 1, records: 1 },
    { kind: 'person', name: 'Tomas Lindqvist', n: 1, records: 2 },
  ]);
  expect(
    await org.ask(
      `select distinct salesforce_id from unified.fct_quality_issue where rule_id = 'account-duplicate' and closed_at is null`,
    ),
  ).toEqual([]);
});

it('deals and cases of person accounts join the person, by the id of the account or of its contact', async () => {
  expect(
    await org.ask(`select a.name, a.kind, count(*)::int as deals from unified.fct_opportunity o
      join unified.dim_account a using (account_key) group by a.account_key, 1, 2 order by 1, 2, 3`),
  ).toEqual([
    { name: 'Mary Johnson', kind: 'person', deals: 1 },
    { name: 'Peter Johnson', kind: 'person', deals: 1 },
    { name: 'Smith Household', kind: 'household', deals: 1 },
    { name: 'Tomas Lindqvist', kind: 'person', deals: 2 },
  ]);
  // Entered twice on two accounts of one person; two others bought one tent each.
  expect(await org.metric('bookings')).toEqual([800, 500]);
  expect(await org.metric('customers')).toEqual([5, 4]);
  expect(
    await org.ask(
      `select p.last_name, c.account_key = c.person_key as "isOwnAccount" from unified.fct_case c join unified.dim_person p using (person_key)`,
    ),
  ).toEqual([{ last_name: 'Lindqvist', isOwnAccount: true }]);
});

it('what the matcher takes for no company is none in SQL, and what it takes for one is', async () => {
  const names = [
    'Individual',
    'Self-employed',
    'Personne Physique',
    'Selbständig',
    'Walk-in Customer',
    'Indépendant',
    'The Smith Household',
    'Haushalt Meyer',
    'Individual Foods Ltd',
    'Household Goods Inc',
    'Family Dental',
    'Private Bank of Reno',
    '個人',
  ];
  for (const name of names) {
    const [row] = await org.ask(`select golden.kind_of_name('${name}') as kind`);
    expect([name, (row as { kind: string }).kind === 'business']).toEqual([name, companyName(name).core !== null]);
  }
});
