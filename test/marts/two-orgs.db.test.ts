/** The same people and deals in two orgs: each is one in every table, and counts once on the clean basis. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

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
