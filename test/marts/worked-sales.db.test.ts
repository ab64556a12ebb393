/** Orgs at the edges of quotas, shares, stages and renewals; each number is worked out by hand. */
import { expect, it } from 'vitest';
import { account, ben, both, contract, deal, id, near, published, type Row, una } from './worked-org.ts';

/** Its fiscal year begins in February and is named by the year in which it does. */
const february: Row = {
  Id: id('00D', 1),
  Name: 'February',
  FiscalYearStartMonth: 2,
  UsesStartDateAsFiscalYearName: true,
  TimeZoneSidKey: 'Europe/Berlin',
};

it('a quota of February to April is of its fiscal quarter, and of no quarter and year of the calendar', async () => {
  const quota = (count: number, who: string, amount: number, start: string): Row => ({
    Id: id('0J9', count),
    QuotaOwnerId: who,
    QuotaAmount: amount,
    StartDate: start,
    ForecastingTypeId: id('0Db', 1),
  });
  const one = await published({
    Organization: [february],
    ForecastingQuota: [
      quota(1, una, 1000, '2026-02-01'),
      quota(2, una, 500, '2026-08-01'),
      quota(3, una, 400, '2026-11-01'),
    ],
    Opportunity: [
      deal(1, 'won', 90, '2026-01-20'),
      deal(2, 'won', 250, '2026-04-30'),
      deal(3, 'won', 50, '2026-05-01'),
      deal(4, 'open', 600, '2026-12-10'),
      deal(5, 'open', 200, '2027-01-31'),
    ],
  });
  expect(await one.metric('quota_attainment', 'FY2026-Q1')).toEqual(both(0.25));
  expect(near(await one.metric('quota_attainment', 'FY2026'))).toEqual(both(0.131579));
  expect(await one.metric('coverage', 'FY2026-Q4')).toEqual(both(2));
  expect(await one.metric('coverage', 'FY2026-Q4', `owner:${una}`)).toEqual(both(2));
  for (const period of ['2026-Q1', '2026-Q3', '2026-Q4', '2026']) {
    for (const name of ['quota', 'quota_attainment'] as const) expect(await one.metric(name, period)).toEqual([]);
    for (const name of ['coverage', 'coverage_of_rest']) {
      expect((await one.metric(name, period)).filter((value) => value !== null)).toEqual([]);
    }
  }
  expect(await one.metric('quota')).toEqual(both(1900));
});

it('quotas of calendar quarters are of no fiscal quarter that begins a month later', async () => {
  const one = await published({
    Organization: [february],
    ForecastingQuota: [{ Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 100, StartDate: '2026-01-01' }],
    Opportunity: [deal(1, 'won', 60, '2026-03-10')],
  });
  expect(await one.metric('quota_attainment', '2026-Q1')).toEqual(both(0.6));
  expect(await one.metric('quota_attainment', '2026')).toEqual(both(0.6));
  expect(await one.metric('quota', 'FY2025-Q4')).toEqual([]);
  expect(await one.metric('quota', 'FY2025')).toEqual([]);
});

it('shares that make less than a deal leave the rest to its owner, and those that make more are cut to it', async () => {
  const split = (count: number, of: number, who: string, type: number, share: number): Row => ({
    Id: id('0SP', count),
    OpportunityId: id('006', of),
    SplitOwnerId: who,
    SplitTypeId: id('149', type),
    SplitPercentage: share,
  });
  const kind = (count: number, name: string): Row => ({
    Id: id('149', count),
    MasterLabel: name,
    IsTotalValidated: true,
    SplitField: 'Amount',
    IsActive: true,
  });
  const one = await published({
    ForecastingQuota: [
      { Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 1000, StartDate: '2026-07-01' },
      { Id: id('0J9', 2), QuotaOwnerId: ben, QuotaAmount: 1000, StartDate: '2026-07-01' },
    ],
    OpportunitySplitType: [kind(1, 'Revenue'), kind(2, 'Services')],
    Opportunity: [deal(1, 'won', 1000, '2026-08-10'), deal(2, 'won', 400, '2026-08-11')],
    // Of the first deal 30 % are shared, the second is shared in whole by each of two kinds.
    OpportunitySplit: [split(1, 1, ben, 1, 30), split(2, 2, una, 1, 100), split(3, 2, ben, 2, 100)],
  });
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${una}`)).toEqual(both(0.9));
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${ben}`)).toEqual(both(0.5));
  expect(await one.metric('quota_attainment', '2026-Q3')).toEqual(both(0.7));
});

it('a stage that was renamed is the stage its deals name', async () => {
  const stage = (count: number, name: string, label: string, isClosed: boolean, isWon: boolean): Row => ({
    Id: id('01J', count),
    ApiName: name,
    MasterLabel: label,
    IsClosed: isClosed,
    IsWon: isWon,
    SortOrder: count,
    IsActive: true,
  });
  const history: Row[] = [];
  const moved = (of: number, name: string, at: string) =>
    history.push({
      Id: id('008', history.length + 1),
      OpportunityId: id('006', of),
      StageName: name,
      Amount: 100,
      CloseDate: '2026-03-20',
      CreatedDate: `${at}T09:00:00.000Z`,
    });
  moved(1, 'Talks', '2026-03-01');
  moved(1, 'Papers', '2026-03-11');
  moved(1, 'Closed Won', '2026-03-20');
  moved(2, 'Talks', '2026-03-02');
  moved(2, 'Closed Lost', '2026-03-06');
  const one = await published({
    OpportunityStage: [
      stage(1, 'Talks', 'Discovery', false, false),
      stage(2, 'Papers', 'Contracting', false, false),
      stage(3, 'Closed Won', 'Signed', true, true),
      stage(4, 'Closed Lost', 'Gone', true, false),
    ],
    Opportunity: [deal(1, 'won', 100, '2026-03-20'), deal(2, 'lost', 100, '2026-03-06')],
    OpportunityHistory: history,
  });
  expect(await one.metric('stage_conversion_90', 'all', 'stage:Talks')).toEqual(both(0.5));
  expect(await one.metric('stage_conversion_90', 'all', 'stage:Papers')).toEqual(both(1));
  // Ten days and four.
  expect(await one.metric('stage_days', 'all', 'stage:Talks')).toEqual(both(7));
});

it('a renewal signed early is booked when it is won, and paid when the term before it ends', async () => {
  const sold = (count: number, of: number, type: string, amount: number, close: string): Row =>
    deal(count, 'won', amount, close, {
      AccountId: id('001', of),
      ContractId: id('800', count),
      Type: type,
      CreatedDate: `${close}T09:00:00.000Z`,
    });
  const one = await published({
    Account: [account(1, 'Sienna Looms'), account(2, 'Cobalt Ferries')],
    Contract: [
      // Sienna pays 10 a month, then 12; Cobalt 50, then 40.
      contract(1, 1, '2025-03-01', '2026-02-28'),
      contract(2, 1, '2026-03-01', '2027-02-28'),
      contract(3, 2, '2025-03-01', '2026-02-28'),
      contract(4, 2, '2026-03-01', '2027-02-28'),
    ],
    Opportunity: [
      sold(1, 1, 'New Business', 120, '2025-02-20'),
      sold(2, 1, 'Renewal', 144, '2025-10-10'),
      sold(3, 2, 'New Business', 600, '2025-02-21'),
      sold(4, 2, 'Renewal', 480, '2026-02-27'),
    ],
  });
  expect(await one.metric('bookings', '2025-10')).toEqual(both(144));
  for (const month of ['2025-10', '2026-02']) expect(await one.metric('recurring_revenue', month)).toEqual(both(60));
  for (const month of ['2026-03', '2026-11']) expect(await one.metric('recurring_revenue', month)).toEqual(both(52));
  expect(await one.metric('recurring_revenue_expansion', '2026-03')).toEqual(both(2));
  expect(await one.metric('recurring_revenue_contraction', '2026-03')).toEqual(both(10));
  expect(await one.metric('logo_churn', '2026-03')).toEqual(both(0));
  // Of 60 a year before 52 are left, of which 2 are more: 10 and 40 of the same.
  expect(near(await one.metric('net_revenue_retention', '2026-03'))).toEqual(both(0.866667));
  expect(near(await one.metric('gross_revenue_retention', '2026-03'))).toEqual(both(0.833333));
  expect(await one.metric('new_customers')).toEqual(both(2));
});
