/** Inquiries and answers of an org of hand-made rows become conversion and marketing's share, worked out by hand. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const account = (n: number) => `0015g00000000${n}AAA`;
const contact = (n: number) => `0035g00000000${n}AAA`;
const lead = (n: number) => `00Q5g00000000${n}EAA`;
const deal = (n: number) => `0065g00000000${n}AAA`;
const spring = '7015g0000000001AAA';
const people = [
  ['Ines', 'Okafor', 'ines.okafor@alder.example'],
  ['Jonas', 'Petrov', 'jonas.petrov@birch.example'],
  ['Carla', 'Mendes', 'carla.mendes@cedar.example'],
  ['Dunja', 'Halvorsen', 'dunja.halvorsen@elm.example'],
  ['Emil', 'Fontaine', 'emil.fontaine@fir.example'],
] as const;
const firms = ['Alder Mills', 'Birch Optics', 'Cedar Tools', 'Elm Textiles', 'Fir Paper'];

let org: Published;
beforeAll(async () => {
  const inquiry = (n: number, person: number, created: string, converted = false) => [
    lead(n),
    ...people[person]!,
    firms[person]!,
    `+1 415 555 01${person}7`,
    una,
    `${created}T09:00:00.000Z`,
    converted,
    ...(converted ? ['2026-04-02', contact(10 + person), account(10 + person), deal(10 + person)] : ['', '', '', '']),
  ];
  const answer = (n: number, of: string, has: boolean, on: string, created: string) => [
    `00v5g00000000${n}AAA`,
    spring,
    ...(of.startsWith('00Q') ? [of, ''] : ['', of]),
    has ? 'Responded' : 'Sent',
    has,
    on,
    `${created}T09:00:00.000Z`,
  ];
  org = await publishOrg({
    Account: [['Id', 'Name', 'OwnerId'], ...firms.map((name, at) => [account(10 + at), name, una])],
    Contact: [
      ['Id', 'AccountId', 'FirstName', 'LastName', 'Email', 'OwnerId', 'CreatedDate'],
      ...people.map((one, at) => [contact(10 + at), account(10 + at), ...one, una, '2026-04-02T09:00:00.000Z']),
    ],
    Lead: [
      'Id FirstName LastName Email Company Phone OwnerId CreatedDate IsConverted ConvertedDate ConvertedContactId ConvertedAccountId ConvertedOpportunityId'.split(
        ' ',
      ),
      // Ines asks twice and converts by the second, the others once; Carla never asked, Emil twice and never converts.
      inquiry(10, 0, '2026-01-15'),
      inquiry(11, 0, '2026-03-20', true),
      inquiry(12, 1, '2026-02-01', true),
      inquiry(13, 3, '2026-02-03', true),
      inquiry(14, 4, '2026-01-05'),
      inquiry(15, 4, '2026-02-05'),
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName Amount IsClosed IsWon CloseDate CreatedDate'.split(' '),
      ...[0, 1, 3].map((at) => [
        deal(10 + at),
        account(10 + at),
        una,
        `Order of ${firms[at]}`,
        'Closed Won',
        [100, 40, 0, 7][at]!,
        true,
        true,
        '2026-05-10',
        '2026-04-02T09:00:00.000Z',
      ]),
    ],
    Campaign: [
      ['Id', 'Name', 'CreatedDate'],
      [spring, 'Spring', '2026-01-01T09:00:00.000Z'],
    ],
    CampaignMember: [
      ['Id', 'CampaignId', 'LeadId', 'ContactId', 'Status', 'HasResponded', 'FirstRespondedDate', 'CreatedDate'],
      // Ines answered by her first inquiry, in time. Jonas answered after his deal was made. Dunja was only sent mail.
      answer(10, lead(10), true, '2026-01-20', '2026-01-15'),
      answer(11, lead(12), true, '2026-04-03', '2026-02-01'),
      answer(12, lead(13), false, '', '2026-02-03'),
    ],
  });
});
afterAll(() => org.close());

it('a person converted whichever inquiry did, and counts at the first', async () => {
  expect(await org.metric('leads')).toEqual([6, 4]);
  expect(await org.metric('lead_conversion_rate')).toEqual([3 / 6, 3 / 4]);
  expect(await org.metric('lead_conversion_rate', '2026-Q1')).toEqual([3 / 6, 3 / 4]);
  const [emil] = await org.ask(`select bool_or(is_person_converted) as converted, count(*)::int as n
    from unified.fct_lead where account_key = (select account_key from unified.dim_account where name = 'Fir Paper')`);
  expect(emil).toEqual({ converted: false, n: 2 });
});

it('marketing is credited for an answer by the day the deal was made, for no later one and for no mail alone', async () => {
  expect(await org.metric('bookings')).toEqual([147, 147]);
  expect(await org.metric('marketing_sourced_revenue')).toEqual([0, 100]);
});
