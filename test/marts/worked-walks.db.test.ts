/** Orgs at the edges of the definitions: terms, currencies, stages, leads and teams; each number is worked out by hand. */
import { expect, it } from 'vitest';
import type { Published } from './org.ts';
import {
  account,
  ben,
  both,
  contract,
  deal,
  id,
  mona,
  near,
  outcomes,
  published,
  type Row,
  una,
  users,
} from './worked-org.ts';

const monthly = async (one: Published, name: string, months: string[]) => {
  const found: (number | null | undefined)[] = [];
  for (const month of months) found.push((await one.metric(name, month))[1]);
  return found;
};

it('contracts that overlap, lapse, end and come back make the walk of recurring revenue', async () => {
  const sold = (count: number, of: number, amount: number, close: string): Row =>
    deal(count, 'won', amount, close, {
      AccountId: id('001', of),
      ContractId: id('800', count),
      CreatedDate: `${close}T09:00:00.000Z`,
    });
  const one = await published({
    Account: [account(1, 'Umber Paints'), account(2, 'Viridian Glass'), account(3, 'Ochre Mining')],
    Contract: [
      // Umber pays 10 a month for a year, and from July on 5 more for half a year.
      contract(1, 1, '2025-03-01', '2026-02-28'),
      contract(2, 1, '2025-07-01', '2025-12-31'),
      // Umber renews at 8 a month, one month late.
      contract(3, 1, '2026-04-01', '2027-03-31'),
      // Viridian pays 100 a month for three months and never comes back.
      contract(4, 2, '2025-03-15', '2025-06-14'),
      // Ochre's contract begins next year.
      contract(5, 3, '2027-01-01', '2027-12-31'),
    ],
    Opportunity: [
      sold(1, 1, 120, '2025-02-20'),
      sold(2, 1, 30, '2025-06-20'),
      sold(3, 1, 96, '2026-03-25'),
      sold(4, 2, 300, '2025-03-10'),
      sold(5, 3, 1200, '2026-11-01'),
    ],
  });
  expect(
    await monthly(one, 'recurring_revenue', [
      '2025-03',
      '2025-06',
      '2025-07',
      '2025-12',
      '2026-02',
      '2026-04',
      '2026-11',
    ]),
  ).toEqual([110, 10, 15, 15, 10, 8, 8]);
  expect((await one.metric('recurring_revenue', '2026-03'))[1] ?? 0).toBe(0);
  expect(await one.metric('recurring_revenue_new', '2025')).toEqual(both(110));
  expect(await one.metric('recurring_revenue_expansion', '2025')).toEqual(both(5));
  expect(await one.metric('recurring_revenue_contraction', '2026-01')).toEqual(both(5));
  expect(await one.metric('recurring_revenue_churned', '2025-06')).toEqual(both(100));
  expect(await one.metric('recurring_revenue_churned', '2026-03')).toEqual(both(10));
  expect(await one.metric('recurring_revenue_reactivated', '2026-04')).toEqual(both(8));
  expect(near(await one.metric('revenue_churn', '2025-06'))).toEqual(both(0.909091));
  expect(await one.metric('logo_churn', '2025-06')).toEqual(both(0.5));
  // Twelve months before April 2026 were 110, of which Umber's 10 are 8 now.
  expect(near(await one.metric('gross_revenue_retention', '2026-04'))).toEqual(both(0.072727));
  expect(near(await one.metric('net_revenue_retention', '2026-04'))).toEqual(both(0.072727));
  // Of July 2025's 15 a year later 8, of which none is more.
  expect(near(await one.metric('net_revenue_retention', '2026-07'))).toEqual(both(0.533333));
  expect(await one.metric('active_customers', '2025-05')).toEqual(both(2));
  expect(await one.metric('revenue', '2025-Q3')).toEqual(both(45));
});

it('deals in three currencies: dated rates count on their day, and what has no rate leaves its own slices whole', async () => {
  const in_ = (
    count: number,
    outcome: keyof typeof outcomes,
    amount: number,
    iso: string,
    close: string,
    owner = una,
  ) => deal(count, outcome, amount, close, { CurrencyIsoCode: iso, OwnerId: owner });
  const one = await published({
    CurrencyType: [
      { Id: id('01L', 1), IsoCode: 'GBP', ConversionRate: 1, IsCorporate: true, IsActive: true },
      { Id: id('01L', 2), IsoCode: 'JPY', ConversionRate: 200, IsCorporate: false, IsActive: true },
    ],
    DatedConversionRate: [
      { Id: id('04w', 1), IsoCode: 'JPY', ConversionRate: 160, StartDate: '2026-01-01', NextStartDate: '2026-04-01' },
      { Id: id('04w', 2), IsoCode: 'JPY', ConversionRate: 250, StartDate: '2026-04-01', NextStartDate: '9999-12-31' },
    ],
    Opportunity: [
      in_(1, 'won', 16_000, 'JPY', '2026-03-31'),
      in_(2, 'won', 25_000, 'JPY', '2026-04-01'),
      in_(3, 'won', 20_000, 'JPY', '2025-12-31'),
      in_(4, 'won', 300, 'GBP', '2026-04-02'),
      in_(5, 'lost', 100, 'GBP', '2026-04-03'),
      in_(6, 'won', 5000, 'CHF', '2026-08-03', ben),
      in_(7, 'open', 7000, 'CHF', '2026-12-03', ben),
      in_(8, 'open', 40, 'GBP', '2026-12-04'),
    ],
  });
  expect(await one.metric('bookings', '2026-Q1')).toEqual(both(100));
  expect(await one.metric('bookings', '2026-Q2')).toEqual(both(400));
  expect(await one.metric('bookings', '2025-Q4')).toEqual(both(100));
  expect(await one.metric('win_rate_value', '2026-Q2')).toEqual(both(0.8));
  expect(await one.metric('average_deal', '2026-Q2')).toEqual(both(200));
  expect(await one.metric('bookings_growth', '2026-Q2')).toEqual(both(3));
  // Francs have no rate: a sum with them is no number, by their owner it is one of francs, counts are not touched.
  expect(await one.metric('bookings')).toEqual(both(null));
  expect(await one.metric('bookings', 'all', `owner:${una}`)).toEqual(both(600));
  expect(await one.metric('bookings', 'all', `owner:${ben}`)).toEqual(both(5000));
  expect(await one.metric('won_deals')).toEqual(both(5));
  expect(await one.metric('open_pipeline', '2026-12')).toEqual(both(null));
  expect(await one.metric('open_deals', '2026-12')).toEqual(both(2));
  expect(one.warnings).toContainEqual(expect.stringContaining('CHF'));
});

it('stages skipped and gone back to, and close dates moved, by what the history says', async () => {
  let count = 0;
  const was = (of: number, stage: string, at: string, close: string, amount = 100): Row => ({
    Id: id('008', ++count),
    OpportunityId: id('006', of),
    StageName: stage,
    Amount: amount,
    CloseDate: close,
    ForecastCategory: stage === 'Closed Won' ? 'Closed' : stage === 'Closed Lost' ? 'Omitted' : 'Pipeline',
    CreatedDate: `${at}T15:00:00.000Z`,
  });
  const setUp = ['Discovery', 'Proposal', 'Closed Won', 'Closed Lost'].map((name, at) => ({
    Id: id('01J', at + 1),
    MasterLabel: name,
    IsClosed: at > 1,
    IsWon: at === 2,
    SortOrder: at + 1,
    IsActive: true,
  }));
  const one = await published({
    OpportunityStage: setUp,
    Opportunity: [
      deal(1, 'won', 100, '2026-03-20', {
        CreatedDate: '2026-01-10T15:00:00.000Z',
        LastModifiedDate: '2026-03-20T15:00:00.000Z',
      }),
      deal(2, 'open', 100, '2026-12-20', {
        CreatedDate: '2026-01-10T15:00:00.000Z',
        LastModifiedDate: '2026-05-02T15:00:00.000Z',
      }),
      deal(3, 'lost', 100, '2026-02-20', {
        CreatedDate: '2026-01-10T15:00:00.000Z',
        LastModifiedDate: '2026-02-20T15:00:00.000Z',
      }),
      deal(4, 'won', 80, '2026-04-02', {
        CreatedDate: '2026-01-10T15:00:00.000Z',
        LastModifiedDate: '2026-04-02T15:00:00.000Z',
      }),
    ],
    OpportunityHistory: [
      // From the first stage straight to won: Proposal is reached with it.
      was(1, 'Discovery', '2026-01-10', '2026-03-20'),
      was(1, 'Closed Won', '2026-03-20', '2026-03-20'),
      // To Proposal, back, and to Proposal again; pushed out of March, within April, out of April to the end of the year.
      was(2, 'Discovery', '2026-01-10', '2026-03-25'),
      was(2, 'Proposal', '2026-02-09', '2026-03-25'),
      was(2, 'Discovery', '2026-03-01', '2026-03-25'),
      was(2, 'Discovery', '2026-03-24', '2026-04-20'),
      was(2, 'Proposal', '2026-04-10', '2026-04-20'),
      was(2, 'Proposal', '2026-04-15', '2026-04-29'),
      was(2, 'Proposal', '2026-05-02', '2026-12-20'),
      was(3, 'Discovery', '2026-01-10', '2026-02-20'),
      was(3, 'Closed Lost', '2026-02-20', '2026-02-20'),
      // Was due in March, and won in April at less.
      was(4, 'Discovery', '2026-01-10', '2026-03-31'),
      was(4, 'Closed Won', '2026-04-02', '2026-04-02', 80),
    ],
  });
  // Of four in Discovery three went on within 90 days, the lost one did not.
  expect(await one.metric('stage_conversion_90', '2026-01', 'stage:Discovery')).toEqual(both(3 / 4));
  // Those three reached Proposal: one and four by winning, on that very day.
  expect(near(await one.metric('stage_conversion_90', 'all', 'stage:Proposal'))).toEqual(both(0.666667));
  // Stays in Proposal: 20 days, and from 10 April to 20 November.
  expect(await one.metric('stage_days', '2026-02', 'stage:Proposal')).toEqual(both(20));
  expect(await one.metric('stage_days', '2026-04', 'stage:Proposal')).toEqual(both(224));
  expect(await one.metric('pushes', '2026-03')).toEqual(both(1));
  expect(await one.metric('pushes', '2026-04')).toEqual(both(0));
  expect(await one.metric('pushes', '2026-05')).toEqual(both(1));
  // Both were still dated in the month that had ended: one was moved, one won, days later.
  expect(await one.metric('slipped_pipeline', '2026-03')).toEqual(both(200));
  expect(await one.metric('slipped_pipeline', '2026-04')).toEqual(both(100));
});

it('the first answer to a lead is a call, mail or meeting from us after it', async () => {
  const lead = (count: number, last: string, more: Row = {}): Row => ({
    Id: id('00Q', count),
    FirstName: `Person${count}`,
    LastName: last,
    Company: `${last} Works`,
    Email: `${last}@${last}-works.example`.toLowerCase(),
    OwnerId: una,
    Status: 'Open',
    IsConverted: false,
    CreatedDate: '2026-05-04T10:00:00.000Z',
    ...more,
  });
  const task = (count: number, who: string, at: string, more: Row = {}): Row => ({
    Id: id('00T', count),
    WhoId: who,
    OwnerId: una,
    Status: 'Completed',
    IsClosed: true,
    TaskSubtype: 'Call',
    CompletedDateTime: at,
    ActivityDate: at.slice(0, 10),
    ...more,
  });
  const one = await published({
    Lead: [
      lead(1, 'Abernathy'),
      lead(2, 'Brandvold'),
      lead(3, 'Czerny'),
      lead(4, 'Dalgaard'),
      lead(5, 'Echeverria'),
      lead(6, 'Fosse'),
    ],
    Task: [
      // Before the lead is no answer to it; half an hour after it is.
      task(1, id('00Q', 1), '2026-05-04T09:30:00.000Z'),
      task(2, id('00Q', 1), '2026-05-04T10:30:00.000Z'),
      // Of a day alone: answered, of unknown hours.
      task(3, id('00Q', 2), '', { ActivityDate: '2026-05-05' }),
      task(4, id('00Q', 3), '2026-05-04T10:05:00.000Z', { CallType: 'Inbound' }),
      task(6, id('00Q', 6), '2026-05-04T10:01:00.000Z', { IsClosed: false, Status: 'In Progress' }),
    ],
    Event: [
      // A meeting begins to be an answer when it begins.
      {
        Id: id('00U', 1),
        WhoId: id('00Q', 4),
        OwnerId: una,
        Subject: 'Demo',
        StartDateTime: '2026-05-04T12:00:00.000Z',
        EndDateTime: '2026-05-04T14:00:00.000Z',
        ActivityDate: '2026-05-04',
      },
    ],
  });
  // Half an hour and two hours.
  expect(await one.metric('lead_response_hours')).toEqual(both(1.25));
  expect(near(await one.metric('lead_response_within_1h'))).toEqual(both(0.166667));
  expect(await one.metric('leads_never_answered')).toEqual(both(0.5));
});

it('a converted lead whose contact was merged away is still its person, and converts once', async () => {
  const person = {
    FirstName: 'Nils',
    LastName: 'Overgaard',
    Email: 'nils.overgaard@teak.example',
    Phone: '+45 33 12 55 70',
  };
  const contact = (count: number): Row => ({ Id: id('003', count), AccountId: id('001', 1), OwnerId: una, ...person });
  const one = await published({
    Account: [account(1, 'Teak Furniture')],
    Contact: [contact(1), contact(2), { Id: id('003', 3), LastName: 'Solano', FirstName: 'Ximena', OwnerId: una }],
    Lead: [
      {
        Id: id('00Q', 1),
        ...person,
        Company: 'Teak Furniture',
        OwnerId: una,
        CreatedDate: '2026-01-05T10:00:00.000Z',
        Status: 'Qualified',
        IsConverted: true,
        ConvertedDate: '2026-01-20',
        ConvertedContactId: id('003', 2),
        ConvertedAccountId: id('001', 1),
        ConvertedOpportunityId: id('006', 1),
      },
      {
        Id: id('00Q', 2),
        ...person,
        Company: 'Teak Furniture',
        OwnerId: una,
        CreatedDate: '2026-02-05T10:00:00.000Z',
        Status: 'Open',
        IsConverted: false,
      },
    ],
    Opportunity: [deal(1, 'won', 640, '2026-03-01', { CreatedDate: '2026-01-20T10:00:00.000Z' })],
  });
  await one.change({ op: 'merge', sobject: 'Contact', masterId: id('003', 1), mergeIds: [id('003', 2)] });
  await one.sync('2026-11-21');
  expect(await one.metric('leads')).toEqual([2, 1]);
  expect(await one.metric('lead_conversion_rate')).toEqual([0.5, 1]);
  expect(await one.metric('lead_to_won_120')).toEqual([0.5, 1]);
  expect(await one.metric('lead_to_opportunity_90')).toEqual([0.5, 1]);
  // Nils by a contact and two leads, and Ximena, who has no account.
  expect((await one.metric('people'))[1]).toBe(2);
  expect(await one.ask('select count(distinct person_key)::int as n from unified.fct_lead')).toEqual([{ n: 1 }]);
});

it('rates of nothing are no numbers, and a period between two others has its place in growth', async () => {
  const one = await published({
    Opportunity: [
      deal(1, 'won', 100, '2026-01-15'),
      deal(2, 'won', -30, '2026-02-15'),
      deal(3, 'won', 0, '2026-03-15'),
      deal(4, 'won', 50, '2026-04-15'),
      deal(5, 'won', 75, '2026-05-15'),
      deal(6, 'lost', 0, '2026-06-15'),
      deal(7, 'lost', '', '2026-07-15'),
      deal(8, 'open', 0, '2026-12-15'),
      deal(9, 'open', -20, '2026-12-16', { ForecastCategory: 'Omitted' }),
      deal(10, 'open', 500, '2199-01-01'),
    ],
  });
  const of = (name: string, month: string) => one.metric(name, month).then((found) => found.map((value) => value));
  expect(await of('bookings', '2026-02')).toEqual(both(-30));
  expect(near(await of('bookings_growth', '2026-02'))).toEqual(both(-1.3));
  expect((await of('bookings_growth', '2026-03')).filter((value) => value !== null)).toEqual([]);
  expect((await of('bookings_growth', '2026-04')).filter((value) => value !== null)).toEqual([]);
  expect(await of('bookings_growth', '2026-05')).toEqual(both(0.5));
  expect((await of('average_deal', '2026-02')).filter((value) => value !== null)).toEqual([]);
  expect((await of('average_deal', '2026-03')).filter((value) => value !== null)).toEqual([]);
  expect(await one.metric('average_deal')).toEqual(both(75));
  expect(await of('win_rate', '2026-06')).toEqual(both(0));
  expect((await of('win_rate_value', '2026-06')).filter((value) => value !== null)).toEqual([]);
  expect(near(await one.metric('win_rate'))).toEqual(both(0.714286));
  expect(await one.metric('open_pipeline')).toEqual(both(500));
  expect(await one.metric('open_deals')).toEqual(both(2));
  expect(await one.metric('open_deals_without_amount')).toEqual(both(0));
  expect(await one.metric('new_customers')).toEqual(both(1));
});

it('who sells in a team counts for its manager today, an owner who left for the deals that are left', async () => {
  const left = id('005', 4);
  const one = await published({
    User: [...users, { Id: left, Name: 'Lev', IsActive: false, ManagerId: mona }],
    Opportunity: [
      deal(1, 'won', 100, '2026-02-01'),
      deal(2, 'won', 10, '2026-02-02', { OwnerId: ben }),
      deal(3, 'won', 1, '2026-02-03', { OwnerId: left }),
      deal(4, 'open', 7, '2026-12-03', { OwnerId: left }),
    ],
    ForecastingQuota: [
      { Id: id('0J9', 1), QuotaOwnerId: mona, QuotaAmount: 222, StartDate: '2026-01-01' },
      { Id: id('0J9', 2), QuotaOwnerId: left, QuotaAmount: 4, StartDate: '2026-01-01' },
    ],
  });
  expect(await one.metric('bookings', 'all', `team:${mona}`)).toEqual(both(111));
  expect(await one.metric('bookings', 'all', `owner:${left}`)).toEqual(both(1));
  expect(await one.metric('open_pipeline', 'all', `owner:${left}`)).toEqual(both(7));
  expect(await one.metric('quota_attainment', '2026-Q1', `owner:${mona}`)).toEqual(both(0.5));
  expect(await one.metric('quota_attainment', '2026-Q1', `owner:${left}`)).toEqual(both(0.25));
  // Ben goes to another team: what he sold is no longer this one's.
  await one.change({ op: 'update', sobject: 'User', id: ben, fields: { ManagerId: null } });
  await one.sync('2026-11-21');
  expect(await one.metric('bookings', 'all', `team:${mona}`)).toEqual(both(101));
  expect(near(await one.metric('quota_attainment', '2026-Q1'))).toEqual(both(0.454955));
});
