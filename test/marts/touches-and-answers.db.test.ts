/** The first answers to leads, the way of leads to a won deal, stages reached, moves, and credit of campaigns, from records of an org. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

const una = '0055g0000000001AAA';
const head = '0055g0000000009AAA';
const account = '0015g0000000001AAA';
const id = (prefix: string, count: number) => `${prefix}5g00000000${String(count).padStart(2, '0')}AAA`;
const words = (text: string) => text.split(' ');

const lead = (
  count: number,
  first: string,
  last: string,
  created: string,
  converted: string | null,
  deal: string,
  contact: string,
) => [
  id('00Q', count),
  first,
  last,
  `${last} Tooling`,
  `${first}.${last}@${last}.example`.toLowerCase(),
  una,
  created,
  converted === null ? 'Open' : 'Qualified',
  converted !== null,
  converted ?? '',
  contact,
  converted === null ? '' : account,
  deal,
];
const task = (
  count: number,
  who: string,
  done: string,
  subtype = 'Call',
  more: { call?: string; day?: string; open?: boolean } = {},
) => [
  id('00T', count),
  who,
  una,
  subtype,
  more.call ?? '',
  more.open ? 'Open' : 'Completed',
  !more.open,
  done,
  more.day ?? done.slice(0, 10),
];
const stage = (count: number, deal: number, name: string, at: string, close: string) => [
  id('008', count),
  id('006', deal),
  name,
  1000,
  name === 'Won' ? 'Closed' : name === 'Lost' ? 'Omitted' : 'Pipeline',
  close,
  `${at}T10:00:00.000Z`,
];

const rows: Rows = {
  User: [words('Id Name IsActive ManagerId'), [una, 'Una', true, head], [head, 'Head', true, '']],
  Account: [words('Id Name OwnerId'), [account, 'Quillon Tooling', una]],
  Contact: [
    words('Id AccountId FirstName LastName Email OwnerId'),
    [id('003', 1), account, 'Odile', 'Quillon', 'odile.quillon@quillon.example', una],
    [id('003', 2), account, 'Piers', 'Quarry', 'piers.quarry@quarry.example', una],
  ],
  Lead: [
    words(
      'Id FirstName LastName Company Email OwnerId CreatedDate Status IsConverted ConvertedDate ConvertedContactId ConvertedAccountId ConvertedOpportunityId',
    ),
    lead(1, 'Odile', 'Quillon', '2026-03-02T09:00:00.000Z', '2026-03-20', id('006', 1), id('003', 1)),
    // Asked again: the first inquiry had not been answered, the second is within half an hour.
    lead(2, 'Maren', 'Oakes', '2026-03-03T09:00:00.000Z', null, '', ''),
    lead(3, 'Maren', 'Oakes', '2026-03-05T09:00:00.000Z', null, '', ''),
    lead(4, 'Tibor', 'Lund', '2026-03-04T09:00:00.000Z', null, '', ''),
  ],
  LeadHistory: [
    words('Id LeadId Field OldValue NewValue CreatedDate'),
    [id('017', 1), id('00Q', 2), 'Status', 'Open', 'Marketing Qualified', '2026-03-10T09:00:00.000Z'],
    [id('017', 2), id('00Q', 4), 'Status', 'Open', 'Nurture', '2026-03-11T09:00:00.000Z'],
  ],
  Task: [
    words('Id WhoId OwnerId TaskSubtype CallType Status IsClosed CompletedDateTime ActivityDate'),
    task(1, id('00Q', 1), '2026-03-02T09:45:00.000Z'),
    task(2, id('00Q', 3), '2026-03-05T09:30:00.000Z', 'Email'),
    // They called us, a mass mail, and a task nobody has done: none is an answer.
    task(3, id('00Q', 4), '2026-03-04T09:10:00.000Z', 'Call', { call: 'Inbound' }),
    task(4, id('00Q', 4), '2026-03-04T09:20:00.000Z', 'ListEmail'),
    task(5, id('00Q', 4), '', 'Call', { open: true, day: '2026-03-06' }),
  ],
  OpportunityStage: [
    words('Id MasterLabel IsClosed IsWon SortOrder IsActive'),
    [id('01J', 1), 'Talk', false, false, 1, true],
    [id('01J', 2), 'Quote', false, false, 2, true],
    [id('01J', 3), 'Papers', false, false, 3, true],
    [id('01J', 4), 'Won', true, true, 4, true],
    [id('01J', 5), 'Lost', true, false, 5, true],
  ],
  Opportunity: [
    words(
      'Id AccountId OwnerId Name StageName ForecastCategory IsClosed IsWon Amount CloseDate CreatedDate LastModifiedDate',
    ),
    [
      id('006', 1),
      account,
      una,
      'Lathes',
      'Won',
      'Closed',
      true,
      true,
      1000,
      '2026-06-10',
      '2026-03-20T09:00:00.000Z',
      '2026-06-10T10:00:00.000Z',
    ],
    [
      id('006', 2),
      account,
      una,
      'Drills',
      'Lost',
      'Omitted',
      true,
      false,
      70,
      '2026-05-10',
      '2026-03-21T09:00:00.000Z',
      '2026-05-10T10:00:00.000Z',
    ],
  ],
  OpportunityHistory: [
    words('Id OpportunityId StageName Amount ForecastCategory CloseDate CreatedDate'),
    stage(1, 1, 'Talk', '2026-03-20', '2026-04-15'),
    // Pushed over the month, then back within it; Quote is skipped.
    stage(2, 1, 'Talk', '2026-04-10', '2026-05-28'),
    stage(3, 1, 'Papers', '2026-05-20', '2026-05-30'),
    stage(4, 1, 'Papers', '2026-05-29', '2026-06-12'),
    stage(5, 1, 'Won', '2026-06-10', '2026-06-10'),
    stage(6, 2, 'Talk', '2026-03-21', '2026-05-10'),
    stage(7, 2, 'Lost', '2026-05-10', '2026-05-10'),
  ],
  OpportunityContactRole: [
    words('Id OpportunityId ContactId Role IsPrimary'),
    [id('00K', 1), id('006', 1), id('003', 2), 'Decision Maker', true],
  ],
  Campaign: [
    words('Id Name Type StartDate ActualCost'),
    [id('701', 1), 'Spring fair', 'Fair', '2026-01-01', 100],
    [id('701', 2), 'Web talk', 'Webinar', '2026-01-01', 100],
    [id('701', 3), 'Letter', 'Email', '2026-01-01', 100],
  ],
  CampaignMember: [
    words('Id CampaignId LeadId ContactId Status HasResponded FirstRespondedDate'),
    [id('00v', 1), id('701', 1), id('00Q', 1), '', 'Responded', true, '2026-01-10'],
    [id('00v', 2), id('701', 2), '', id('003', 2), 'Responded', true, '2026-02-10'],
    // On the same day: by id.
    [id('00v', 3), id('701', 3), '', id('003', 2), 'Responded', true, '2026-02-10'],
    // No answer; an answer after the deal was made; one two years before.
    [id('00v', 4), id('701', 3), id('00Q', 1), '', 'Sent', false, ''],
    [id('00v', 5), id('701', 2), id('00Q', 1), '', 'Responded', true, '2026-04-01'],
    [id('00v', 6), id('701', 1), '', id('003', 2), 'Responded', true, '2024-02-10'],
  ],
};

let org: Published;
beforeAll(async () => {
  org = await publishOrg(rows);
});
afterAll(() => org.close());
const rounded = async (name: string, period = 'all', slice = 'all') =>
  (await org.metric(name, period, slice)).map((value) => value && Number(value.toFixed(4)));

it('an answer is what we did for the person, once: not their call, no mass mail, nothing undone', async () => {
  expect(await rounded('lead_response_hours')).toEqual([0.625, 24.625]);
  expect(await rounded('lead_response_within_1h')).toEqual([0.5, 0.3333]);
  // Raw leaves the first inquiry of Maren and that of Tibor, clean that of Tibor.
  expect(await rounded('leads_never_answered')).toEqual([0.5, 0.3333]);
});

it('a lead goes down the funnel by its status and what it became; a step that was skipped was reached', async () => {
  expect(await rounded('lead_to_mql_90', '2026-Q1')).toEqual([0.5, 0.6667]);
  expect(await rounded('lead_to_sql_90', '2026-Q1')).toEqual([0.25, 0.3333]);
  expect(await rounded('lead_to_opportunity_90', '2026-Q1')).toEqual([0.25, 0.3333]);
  expect(await rounded('lead_to_won_120', '2026-Q1')).toEqual([0.25, 0.3333]);
});

it('a deal reached the stages it skipped, and a lost one none after its last', async () => {
  expect(await rounded('stage_conversion_90', 'all', 'stage:Talk')).toEqual([0.5, 0.5]);
  expect(await rounded('stage_conversion_90', 'all', 'stage:Quote')).toEqual([1, 1]);
  expect(await rounded('stage_conversion_90', 'all', 'stage:Papers')).toEqual([1, 1]);
  expect(await rounded('stage_conversion_90', 'all', 'stage:Won')).toEqual([]);
});

it('pushes are moves to a later month; a month a deal left without closing has slipped', async () => {
  expect(await rounded('pushes')).toEqual([2, 2]);
  expect(await rounded('pushes', '2026-Q2', `team:${head}`)).toEqual([2, 2]);
  expect(await rounded('slipped_pipeline', '2026-04')).toEqual([1000, 1000]);
  expect(await rounded('slipped_pipeline', '2026-05', `team:${head}`)).toEqual([1000, 1000]);
  // Won within the quarter, though later than expected.
  expect(await rounded('slipped_pipeline', '2026-Q2')).toEqual([]);
});

it('answers in the year before a deal share it by each model, and their weights are one', async () => {
  const credit = async (model: string) =>
    Object.fromEntries(
      (
        (await org.ask(`select key_name, value::float8 as value from unified.metric_value where metric = 'revenue_${model}'
          and basis = 'clean' and period = 'all' and dimension = 'campaign' order by 1`)) as {
          key_name: string;
          value: number;
        }[]
      ).map(({ key_name: name, value }) => [name, Number(value.toFixed(2))]),
    );
  expect(await credit('first_touch')).toEqual({ 'Spring fair': 1000, 'Web talk': 0, Letter: 0 });
  expect(await credit('last_touch')).toEqual({ 'Spring fair': 0, 'Web talk': 0, Letter: 1000 });
  expect(await credit('linear')).toEqual({ 'Spring fair': 333.33, 'Web talk': 333.33, Letter: 333.33 });
  expect(await credit('u_shaped')).toEqual({ 'Spring fair': 400, 'Web talk': 200, Letter: 400 });
  for (const model of ['first_touch', 'last_touch', 'linear', 'u_shaped'])
    expect(await org.metric(`revenue_${model}`)).toEqual([1000, 1000]);
  expect(await org.metric('influenced_revenue')).toEqual([1000, 1000]);
  const wrong = await org.ask(
    `select 1 from unified.fct_attribution group by connection_id, opportunity_id, by_person, model having sum(weight) <> 1`,
  );
  expect(wrong).toEqual([]);
});

it('after a change all of it is what publishing everything gives', async () => {
  await org.change(
    { op: 'update', sobject: 'Opportunity', id: id('006', 1), fields: { Amount: 1500 } },
    {
      op: 'insert',
      sobject: 'Task',
      fields: {
        WhoId: id('00Q', 4),
        OwnerId: una,
        TaskSubtype: 'Call',
        Status: 'Completed',
        IsClosed: true,
        ActivityDate: '2026-11-21',
      },
    },
    { op: 'update', sobject: 'CampaignMember', id: id('00v', 2), fields: { FirstRespondedDate: '2026-01-02' } },
  );
  await org.sync('2026-11-21');
  const first = await org.ask(
    'select * from unified.metric_measured order by metric, basis, period_kind, period, connection_id, dimension, key',
  );
  await org.ask('delete from unified.metric_stored');
  await org.again('2026-11-21');
  await org.ask(`update unified.publication set definition_checksum = 'other'`);
  await org.again('2026-11-21');
  const second = await org.ask(
    'select * from unified.metric_measured order by metric, basis, period_kind, period, connection_id, dimension, key',
  );
  expect(second).toEqual(first);
  expect(await org.metric('revenue_linear')).toEqual([1500, 1500]);
  expect(await rounded('leads_never_answered')).toEqual([0.25, 0]);
});
