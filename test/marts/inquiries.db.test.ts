/** What people say of statuses and targets, a contract on a copy, and who asks again: soon it is the same inquiry, a year later a new one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemActor } from '../../src/model/actor.ts';
import { putInput } from '../../src/review/input.ts';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const id = (prefix: string, count: number) => `${prefix}5g00000000${String(count).padStart(2, '0')}AAA`;
const words = (text: string) => text.split(' ');
const lead = (count: number, first: string, last: string, created: string, status = 'Open') => [
  id('00Q', count),
  first,
  last,
  `${last} Works`,
  `${first}.${last}@${last}.example`.toLowerCase(),
  una,
  created,
  status,
];
const call = (count: number, who: string, at: string) => [id('00T', count), who, una, 'Call', 'Completed', true, at];

const won = (count: number, created: string, contract: string) => [
  id('006', count),
  id('001', 1),
  una,
  'Oakes Works - Platform 2026',
  'Closed Won',
  'Closed',
  true,
  true,
  1200,
  '2026-02-10',
  `${created}T09:00:00.000Z`,
  contract,
];

let org: Published;
beforeAll(async () => {
  org = await publishOrg({
    User: [words('Id Name IsActive Email'), [una, 'Una', true, 'una@x.example']],
    Lead: [
      words('Id FirstName LastName Company Email OwnerId CreatedDate Status'),
      // Twice on one form: one inquiry, answered after four hours by the copy.
      lead(1, 'Maren', 'Oakes', '2026-03-03T09:00:00.000Z'),
      lead(2, 'Maren', 'Oakes', '2026-03-03T11:00:00.000Z'),
      // Two inquiries a year apart: the first had no answer, the second one after an hour.
      lead(3, 'Tibor', 'Lund', '2025-03-04T09:00:00.000Z'),
      lead(4, 'Tibor', 'Lund', '2026-03-04T09:00:00.000Z', 'Talking'),
      // On a Friday at four, answered on the Monday after the next.
      lead(5, 'Petra', 'Holm', '2024-03-01T16:00:00.000Z'),
    ],
    Account: [words('Id Name OwnerId'), [id('001', 1), 'Oakes Works', una]],
    Opportunity: [
      words(
        'Id AccountId OwnerId Name StageName ForecastCategory IsClosed IsWon Amount CloseDate CreatedDate ContractId',
      ),
      won(1, '2026-01-04', ''),
      won(2, '2026-01-05', id('800', 1)),
    ],
    Contract: [
      words('Id AccountId StatusCode StartDate EndDate'),
      [id('800', 1), id('001', 1), 'Activated', '2026-02-01', '2027-01-31'],
    ],
    LeadHistory: [
      words('Id LeadId Field OldValue NewValue CreatedDate'),
      [id('017', 1), id('00Q', 4), 'Status', 'Open', 'Talking', '2026-03-10T09:00:00.000Z'],
    ],
    Task: [
      words('Id WhoId OwnerId TaskSubtype Status IsClosed CompletedDateTime'),
      call(1, id('00Q', 2), '2026-03-03T13:00:00.000Z'),
      call(2, id('00Q', 4), '2026-03-04T10:00:00.000Z'),
      call(3, id('00Q', 5), '2024-03-11T09:00:00.000Z'),
    ],
  });
});
afterAll(() => org.close());

const give = (name: string, text: string) =>
  putInput(org.db, { name, file: Buffer.from(text), connectionId: 'default', by: systemActor('test') }, new Date());

it('who asks twice within a month asks once; who asks a year later asks anew, and the first time stays without an answer', async () => {
  expect(await org.metric('leads')).toEqual([5, 3]);
  // Raw: 2 and 1 hours. Clean: 4 hours for Maren, 1 for the second time Tibor asked; a year and an hour nobody took.
  expect(await org.metric('lead_response_hours', '2026')).toEqual([1.5, 2.5]);
  expect(await org.metric('leads_never_answered', '2025')).toEqual([1, 1]);
  expect(await org.metric('leads_never_answered', '2026')).toEqual([1 / 3, 0].map((one) => expect.closeTo(one, 6)));
});

it('a contract that hangs on the copy of a deal is that of the deal', async () => {
  expect(await org.ask('select opportunity_id from unified.fct_opportunity where counts_in_clean')).toEqual([
    { opportunity_id: id('006', 1) },
  ]);
  const [raw, clean] = await org.metric('recurring_revenue');
  // Raw has both deals, both with the contract; each counts its amount of 1,200 by twelve months.
  expect([raw, clean]).toEqual([200, 100]);
});

it('a status qualifies when the input says so, and goes by its words again when the input is taken back', async () => {
  expect(await org.metric('lead_to_mql_90', '2026')).toEqual([0, 0]);
  await give('mql', 'stage,status\nmql,talking\n');
  await org.again();
  // Of the three leads of the year one; on clean Tibor counts in the year he first asked, and came too late for it.
  expect(await org.metric('lead_to_mql_90', '2026')).toEqual([1 / 3, 0].map((one) => expect.closeTo(one, 6)));
  expect(await org.metric('lead_to_sql_90', '2026')).toEqual([0, 0]);
  await give('mql', 'stage,status\nsql,Talking\n');
  await org.again();
  expect(await org.metric('lead_to_sql_90', '2026')).toEqual([1 / 3, 0].map((one) => expect.closeTo(one, 6)));
  await give('mql', 'stage,status\n');
  await org.again();
  expect(await org.metric('lead_to_mql_90', '2026')).toEqual([0, 0]);
});

it('targets of somebody whom Salesforce does not know are announced, those of others are not', async () => {
  await give(
    'targets',
    'start,owner,amount\n2026-01,una@x.example,100\n2026-01,gone@x.example,50\n2026-04,gone@x.example,50\n',
  );
  const warnings = await org.sync('2026-11-21');
  expect(warnings.filter((one) => one.startsWith('Targets'))).toEqual([
    'Targets of owners that are no user of Salesforce count nowhere: gone@x.example (2). Write the Salesforce id or the e-mail of a user into the column owner.',
  ]);
  expect(await org.metric('quota', '2026-Q1')).toEqual([100, 100]);
  await give('targets', 'start,owner,amount\n2026-01,una@x.example,100\n');
  expect((await org.sync('2026-11-22')).filter((one) => one.startsWith('Targets'))).toEqual([]);
});

it('an answer takes the hours people work, in the time zone of the org; as long as nobody gave them, none are told', async () => {
  expect(await org.metric('lead_response_working_hours')).toEqual([null, null]);
  // Maren asked on a Tuesday at 9:00 and was answered at 13:00, her copy asked at 11:00; Tibor on a Wednesday, 9:00 to 10:00.
  // Lines that overlap count once, and Wednesday begins in the middle of his hour.
  await give(
    'working_hours',
    'day,from,until\nTuesday,9:30,12:00\ntuesday,11,12:30\nTuesday,12:45,24:00\nWednesday,09:30,17\n',
  );
  await org.again();
  // Raw: 1.75 hours for the copy, half an hour for Tibor. Clean: 3.25 for Maren.
  expect(await org.metric('lead_response_working_hours', '2026')).toEqual([1.125, 1.875]);
  // An hour on the first Friday, eight on the Monday and the Friday of the week between, none on the last Monday.
  await give('working_hours', 'day,from,until\nMonday,9,17\nFriday,9:00,17:00\n');
  await org.again();
  expect(await org.metric('lead_response_working_hours', '2024')).toEqual([17, 17]);
  expect(await org.metric('lead_response_working_hours', '2026')).toEqual([0, 0]);
  await expect(give('working_hours', 'day,from,until\nMonday,9:00,8:00\nMo,25,26\n')).rejects.toThrow(
    /line 2, column until: is 08:00, which is not after 09:00.*line 3, column day: is "Mo": write Monday or/,
  );
});
