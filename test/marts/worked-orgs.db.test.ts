/** Orgs at the edges of the definitions: days, quotas, shares and answers; each number is worked out by hand. */
import { expect, it } from 'vitest';
import { metricNeeds, reasonOf } from '../../src/views/metrics.ts';
import { account, ben, both, deal, id, mona, near, published, type Row, una } from './worked-org.ts';

it('in an org far in the west the last evening of a month is the month', async () => {
  // 19:00 in Honolulu on the last day is 05:00 of the next in UTC.
  const one = await published({
    Organization: [
      {
        Id: id('00D', 1),
        Name: 'West',
        FiscalYearStartMonth: 10,
        UsesStartDateAsFiscalYearName: false,
        TimeZoneSidKey: 'Pacific/Honolulu',
      },
    ],
    Lead: [
      {
        Id: id('00Q', 1),
        FirstName: 'Keala',
        LastName: 'Ruiz',
        Company: 'Ruiz Marine',
        Email: 'keala@ruiz.example',
        OwnerId: una,
        Status: 'Open',
        IsConverted: false,
        CreatedDate: '2026-04-01T05:00:00.000Z',
      },
    ],
    Case: [{ Id: id('500', 1), AccountId: id('001', 1), Status: 'New', CreatedDate: '2026-04-01T09:59:00.000Z' }],
    Task: [
      {
        Id: id('00T', 1),
        OwnerId: una,
        Status: 'Completed',
        IsClosed: true,
        TaskSubtype: 'Call',
        CompletedDateTime: '2026-05-01T06:00:00.000Z',
        ActivityDate: '2026-04-30',
      },
    ],
    Opportunity: [deal(1, 'won', 900, '2026-07-10', { CreatedDate: '2026-07-01T08:00:00.000Z' })],
    OpportunityStage: [
      { Id: id('01J', 1), MasterLabel: 'Proposal', IsClosed: false, IsWon: false, SortOrder: 1, IsActive: true },
      { Id: id('01J', 2), MasterLabel: 'Closed Won', IsClosed: true, IsWon: true, SortOrder: 2, IsActive: true },
    ],
    OpportunityHistory: [
      {
        Id: id('008', 1),
        OpportunityId: id('006', 1),
        StageName: 'Proposal',
        Amount: 900,
        CloseDate: '2026-07-10',
        CreatedDate: '2026-07-01T08:00:00.000Z',
      },
      {
        Id: id('008', 2),
        OpportunityId: id('006', 1),
        StageName: 'Closed Won',
        Amount: 900,
        CloseDate: '2026-07-10',
        CreatedDate: '2026-07-11T08:00:00.000Z',
      },
    ],
  });
  expect(await one.metric('leads', '2026-03')).toEqual(both(1));
  expect(await one.metric('leads', '2026-04')).toEqual([]);
  expect(await one.metric('leads', 'FY2026-Q2')).toEqual(both(1));
  expect(await one.metric('cases', '2026-03')).toEqual(both(1));
  expect(await one.metric('activities', '2026-04')).toEqual(both(1));
  expect(await one.metric('deals_created', '2026-06')).toEqual(both(1));
  expect(await one.metric('cycle_days')).toEqual(both(10));
  expect(await one.metric('bookings', 'FY2026-Q4')).toEqual(both(900));
  expect(await one.metric('stage_days', '2026-06', 'stage:Proposal')).toEqual(both(10));
  expect(await one.metric('stage_conversion_90', '2026-06', 'stage:Proposal')).toEqual(both(1));
  expect(await one.metric('stage_conversion_90', '2026-07', 'stage:Proposal')).toEqual([]);
});

it('in an org far in the east a quota begins, and a close date has passed, before the day does in Greenwich', async () => {
  const one = await published(
    {
      Organization: [
        {
          Id: id('00D', 1),
          Name: 'East',
          FiscalYearStartMonth: 4,
          UsesStartDateAsFiscalYearName: true,
          TimeZoneSidKey: 'Pacific/Auckland',
        },
      ],
      ForecastingQuota: [
        { Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 100, StartDate: '2026-10-01' },
        { Id: id('0J9', 2), QuotaOwnerId: una, QuotaAmount: 400, StartDate: '2027-01-01' },
      ],
      Opportunity: [
        deal(1, 'won', 60, '2026-10-01'),
        deal(2, 'open', 500, '2026-12-31'),
        deal(3, 'open', 70, '2027-01-01', { LastActivityDate: '2026-12-30' }),
      ].map((row) => ({ LastActivityDate: '2026-12-30', ...row, CreatedDate: '2026-12-28T00:00:00.000Z' })),
    },
    { day: '2026-12-31' },
  );
  // Noon of New Year's Eve in Greenwich is the first of January in Auckland.
  expect(await one.metric('quota_attainment', 'FY2026-Q4')).toEqual(both(0));
  expect(await one.metric('quota_attainment', 'all')).toEqual(both(60 / 500));
  expect(await one.metric('open_pipeline_stale')).toEqual(both(500));
  expect(await one.metric('open_pipeline_healthy')).toEqual(both(70));
});

it('a quota of which nothing is won yet is covered by what is open, and one without anything open by nothing', async () => {
  const one = await published({
    ForecastingQuota: [
      { Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 1000, StartDate: '2026-10-01' },
      { Id: id('0J9', 2), QuotaOwnerId: ben, QuotaAmount: 500, StartDate: '2026-10-01' },
      { Id: id('0J9', 3), QuotaOwnerId: una, QuotaAmount: 100, StartDate: '2026-07-01' },
      { Id: id('0J9', 4), QuotaOwnerId: ben, QuotaAmount: 0, StartDate: '2026-07-01' },
    ],
    Opportunity: [
      deal(1, 'open', 2500, '2026-12-12'),
      deal(2, 'won', 125, '2026-08-01'),
      deal(3, 'lost', 90, '2026-11-02', { OwnerId: ben }),
    ],
  });
  expect(await one.metric('coverage', '2026-Q4', `owner:${una}`)).toEqual(both(2.5));
  expect(await one.metric('coverage_of_rest', '2026-Q4', `owner:${una}`)).toEqual(both(2.5));
  expect(await one.metric('coverage', '2026-Q4', `owner:${ben}`)).toEqual(both(0));
  expect(await one.metric('coverage_of_rest', '2026-Q4', `owner:${ben}`)).toEqual(both(0));
  expect(near(await one.metric('coverage', '2026-Q4'))).toEqual(both(1.666667));
  // Reached; and a quota of 0 is no measure.
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${una}`)).toEqual(both(1.25));
  expect((await one.metric('coverage_of_rest', '2026-Q3', `owner:${una}`)).filter((value) => value !== null)).toEqual(
    [],
  );
  expect((await one.metric('quota_attainment', '2026-Q3', `owner:${ben}`)).filter((value) => value !== null)).toEqual(
    [],
  );
});

it('a deal shared by two is credited to each by the share, overlay shares come on top of it', async () => {
  const split = (count: number, of: number, who: string, type: number, share: number, amount: number): Row => ({
    Id: id('0SP', count),
    OpportunityId: id('006', of),
    SplitOwnerId: who,
    SplitTypeId: id('149', type),
    SplitPercentage: share,
    SplitAmount: amount,
  });
  const one = await published({
    ForecastingQuota: [
      { Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 1000, StartDate: '2026-07-01' },
      { Id: id('0J9', 2), QuotaOwnerId: ben, QuotaAmount: 500, StartDate: '2026-07-01' },
      { Id: id('0J9', 3), QuotaOwnerId: mona, QuotaAmount: 1500, StartDate: '2026-07-01' },
    ],
    OpportunitySplitType: [
      { Id: id('149', 1), MasterLabel: 'Revenue', IsTotalValidated: true, SplitField: 'Amount', IsActive: true },
      { Id: id('149', 2), MasterLabel: 'Overlay', IsTotalValidated: false, SplitField: 'Amount', IsActive: true },
    ],
    Opportunity: [
      deal(1, 'won', 1000, '2026-08-10'),
      deal(2, 'won', 200, '2026-09-30', { OwnerId: ben }),
      deal(3, 'lost', 700, '2026-08-10'),
    ],
    OpportunitySplit: [
      split(1, 1, una, 1, 60, 600),
      split(2, 1, ben, 1, 40, 400),
      split(3, 1, mona, 2, 100, 1000),
      split(4, 3, ben, 1, 100, 700),
    ],
  });
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${una}`)).toEqual(both(600));
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${ben}`)).toEqual(both(600));
  expect(await one.metric('credited_amount', '2026-Q3')).toEqual(both(1200));
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${una}`)).toEqual(both(0.6));
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${ben}`)).toEqual(both(1.2));
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${mona}`)).toEqual(both(0.8));
  expect(await one.metric('quota_attainment', '2026-Q3')).toEqual(both(0.8));
});

it('of two memberships of one person the answer before the deal is its touch, and an answer without a date has that of its record', async () => {
  const person = (prefix: string, count: number, first: string, last: string): Row => ({
    Id: id(prefix, count),
    FirstName: first,
    LastName: last,
    Email: `${first}.${last}@${last}.example`.toLowerCase(),
    Phone: '+49 30 5550 ' + last.length * 1117,
    OwnerId: una,
    CreatedDate: '2025-12-01T09:00:00.000Z',
  });
  const answer = (count: number, campaign: number, who: Row, on: string, created: string): Row => ({
    Id: id('00v', count),
    CampaignId: id('701', campaign),
    ...(String(who['Id']).startsWith('00Q') ? { LeadId: who['Id']! } : { ContactId: who['Id']! }),
    Status: 'Responded',
    HasResponded: true,
    FirstRespondedDate: on,
    CreatedDate: `${created}T09:00:00.000Z`,
  });
  const asker = {
    ...person('00Q', 1, 'Wilma', 'Thorsen'),
    Company: 'Thorsen Pumps',
    Status: 'Open',
    IsConverted: false,
  };
  const wilma = { ...person('003', 1, 'Wilma', 'Thorsen'), AccountId: id('001', 1) };
  const ravi = { ...person('003', 2, 'Ravi', 'Castellanos'), AccountId: id('001', 1) };
  const one = await published({
    Account: [account(1, 'Thorsen Pumps')],
    Lead: [asker],
    Contact: [wilma, ravi],
    Campaign: [
      { Id: id('701', 1), Name: 'Fair', Type: 'Event', CreatedDate: '2025-01-01T00:00:00.000Z' },
      { Id: id('701', 2), Name: 'Talk', Type: 'Webinar', CreatedDate: '2025-01-01T00:00:00.000Z' },
    ],
    Opportunity: [
      deal(1, 'won', 300, '2026-05-10', { CreatedDate: '2026-03-01T09:00:00.000Z' }),
      deal(2, 'won', 50, '2026-06-10', { CreatedDate: '2026-03-05T09:00:00.000Z' }),
      deal(3, 'won', 7, '2026-06-11', { CreatedDate: '2026-03-06T09:00:00.000Z' }),
    ],
    OpportunityContactRole: [
      { Id: id('00K', 1), OpportunityId: id('006', 1), ContactId: id('003', 1), IsPrimary: true },
      { Id: id('00K', 2), OpportunityId: id('006', 2), ContactId: id('003', 2), IsPrimary: true },
    ],
    CampaignMember: [
      // Of the fair: as a contact she answered after the deal, as a lead before it.
      answer(1, 1, wilma, '2026-04-02', '2026-01-02'),
      answer(2, 1, asker, '2026-02-02', '2026-02-02'),
      answer(3, 2, ravi, '', '2026-02-20'),
    ],
  });
  expect(await one.ask('select count(*)::int as people from unified.dim_person')).toEqual([{ people: 2 }]);
  expect(await one.metric('influenced_revenue')).toEqual([50, 350]);
  expect(await one.metric('revenue_linear', 'all', 'channel:Event')).toEqual([300]);
  expect(await one.metric('revenue_first_touch', 'all', 'channel:Webinar')).toEqual(both(50));
  expect(await one.metric('bookings')).toEqual(both(357));
});

it('the first call and e-mail that Salesforce notes on a lead answer it, also where nobody keeps tasks', async () => {
  const lead = (count: number, first: string, last: string, day: string, more: Row = {}): Row => ({
    Id: id('00Q', count),
    FirstName: first,
    LastName: last,
    Company: `${last} Works`,
    Email: `${first}.${last}@${last}.example`.toLowerCase(),
    OwnerId: una,
    Status: 'Open',
    IsConverted: false,
    CreatedDate: `${day}T10:00:00.000Z`,
    ...more,
  });
  const noted = await published({
    Lead: [
      lead(1, 'Agnes', 'Hollander', '2026-05-04', { FirstCallDateTime: '2026-05-04T10:30:00.000Z' }),
      lead(2, 'Bruno', 'Castagna', '2026-05-04', {
        FirstEmailDateTime: '2026-05-04T13:00:00.000Z',
        FirstCallDateTime: '2026-05-04T14:00:00.000Z',
      }),
      // A call before the lead was there is none.
      lead(3, 'Cosima', 'Lindqvist', '2026-05-04', { FirstCallDateTime: '2026-05-04T09:00:00.000Z' }),
      // Asked again the day after, and was answered in a quarter of an hour.
      lead(4, 'Dario', 'Pavlenko', '2026-05-04'),
      lead(5, 'Dario', 'Pavlenko', '2026-05-05', { FirstEmailDateTime: '2026-05-05T10:15:00.000Z' }),
    ],
  });
  // Hours of raw: 0.5, 3, 0.25; of clean: 0.5, 3, 24.25.
  expect(await noted.metric('lead_response_hours')).toEqual([0.5, 3]);
  expect(await noted.metric('lead_response_within_1h')).toEqual([2 / 5, 1 / 4]);
  expect(await noted.metric('leads_never_answered')).toEqual([2 / 5, 1 / 4]);
  const reason = async ({ db }: typeof noted) => reasonOf((await metricNeeds(db)).get('leads_never_answered'));
  expect(await reason(noted)).toBeNull();

  const silent = await published({ Lead: [lead(1, 'Agnes', 'Hollander', '2026-05-04')] });
  expect(await silent.metric('leads_never_answered')).toEqual(both(1));
  expect(await reason(silent)).toBe('not measurable: there is no Task');
  expect(silent.warnings.filter((warning) => warning.includes('DateTime'))).toEqual([]);
});

it('the first call that Salesforce notes on a contact answers the leads of its person', async () => {
  const nadia = { FirstName: 'Nadia', LastName: 'Verhoeven', Email: 'nadia@verhoeven.example' };
  const one = await published({
    Contact: [
      {
        Id: id('003', 1),
        ...nadia,
        AccountId: id('001', 1),
        OwnerId: una,
        FirstCallDateTime: '2026-05-04T11:00:00.000Z',
      },
      {
        Id: id('003', 2),
        FirstName: 'Oskar',
        LastName: 'Brandt',
        Email: 'oskar@brandt.example',
        AccountId: id('001', 1),
        OwnerId: una,
        FirstEmailDateTime: '2026-05-05T08:00:00.000Z',
      },
    ],
    Lead: [
      // Became the contact that was called an hour later.
      {
        Id: id('00Q', 1),
        ...nadia,
        Company: 'Yarrow Hydraulics',
        OwnerId: una,
        Status: 'Qualified',
        IsConverted: true,
        ConvertedDate: '2026-05-04',
        ConvertedContactId: id('003', 1),
        ConvertedAccountId: id('001', 1),
        CreatedDate: '2026-05-04T10:00:00.000Z',
      },
      // Is the person of a contact, and never became it.
      {
        Id: id('00Q', 2),
        FirstName: 'Oskar',
        LastName: 'Brandt',
        Email: 'oskar@brandt.example',
        Company: 'Yarrow Hydraulics',
        OwnerId: una,
        Status: 'Open',
        IsConverted: false,
        CreatedDate: '2026-05-05T05:00:00.000Z',
      },
    ],
  });
  expect(await one.metric('lead_response_hours')).toEqual([1, 2]);
  expect(await one.metric('leads_never_answered')).toEqual([0.5, 0]);
  expect(reasonOf((await metricNeeds(one.db)).get('leads_never_answered'))).toBeNull();
});
