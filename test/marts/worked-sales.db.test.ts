/** Orgs at the edges of quotas, shares, stages and renewals; each number is worked out by hand. */
import { expect, it } from 'vitest';
import { account, ben, both, contract, deal, id, mona, near, published, type Row, una } from './worked-org.ts';

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
  // What is paid out is what is attained, and of all bookings.
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${una}`)).toEqual(both(900));
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${ben}`)).toEqual(both(500));
  expect(await one.metric('credited_amount', '2026-Q3')).toEqual(both(1400));
  expect(await one.metric('credited_amount', 'all', 'split_type:none')).toEqual(both(700));
  expect(await one.metric('bookings', '2026-Q3')).toEqual(both(1400));
  // The helper's share is no more: all of it is the owner's again, and of the two kinds the other has the whole.
  await one.change(
    { op: 'delete', sobject: 'OpportunitySplit', id: id('0SP', 1) },
    { op: 'delete', sobject: 'OpportunitySplit', id: id('0SP', 2) },
  );
  await one.sync('2026-11-21');
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${una}`)).toEqual(both(1000));
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${ben}`)).toEqual(both(400));
  expect(await one.metric('quota_attainment', '2026-Q3', `owner:${una}`)).toEqual(both(1));
  await one.change({ op: 'update', sobject: 'Opportunity', id: id('006', 1), fields: { OwnerId: ben } });
  await one.sync('2026-11-22');
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${una}`)).toEqual([]);
  expect(await one.metric('credited_amount', '2026-Q3', `owner:${ben}`)).toEqual(both(1400));
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

it('a renewal whose contract begins before the old one ends takes its place, and no other contract of the customer', async () => {
  const sold = (count: number, of: number, type: string, amount: number, close: string): Row =>
    deal(count, 'won', amount, close, {
      AccountId: id('001', of),
      ContractId: id('800', count),
      Type: type,
      CreatedDate: `${close}T09:00:00.000Z`,
    });
  const one = await published({
    Account: [account(1, 'Sienna Looms'), account(2, 'Cobalt Ferries'), account(3, 'Teal Orchards')],
    Contract: [
      // Sienna pays 10 a month to February; from December on 12, by a renewal signed early.
      contract(1, 1, '2025-03-01', '2026-02-28'),
      contract(2, 1, '2025-12-01', '2026-11-30'),
      // Cobalt has two, of 50 to February and of 20 to April; both are renewed, in January and in March, at 55 and 21.
      contract(3, 2, '2025-03-01', '2026-02-28'),
      contract(4, 2, '2025-05-01', '2026-04-30'),
      contract(5, 2, '2026-01-01', '2026-12-31'),
      contract(6, 2, '2026-03-01', '2027-02-28'),
      // Teal buys more beside what it has: 30, and 5 from September on; what it had of old had ended, and is renewed.
      contract(7, 3, '2024-07-01', '2025-06-30'),
      contract(8, 3, '2025-01-01', '2026-12-31'),
      contract(9, 3, '2025-07-01', '2026-06-30'),
    ],
    Opportunity: [
      sold(1, 1, 'New Business', 120, '2025-02-20'),
      sold(2, 1, 'Renewal', 144, '2025-11-10'),
      sold(3, 2, 'New Business', 600, '2025-02-21'),
      sold(4, 2, 'Existing Customer - Upgrade', 240, '2025-04-21'),
      sold(5, 2, 'Renewal', 660, '2025-12-27'),
      sold(6, 2, 'Renewal', 252, '2026-02-27'),
      sold(7, 3, 'New Business', 48, '2024-06-27'),
      sold(8, 3, 'New Business', 720, '2024-12-27'),
      sold(9, 3, 'Renewal', 60, '2025-06-27'),
    ],
  });
  const of = async (month: string) => (await one.metric('recurring_revenue', month))[1];
  const months = ['2025-06', '2025-11', '2025-12', '2026-01', '2026-02', '2026-03', '2026-05', '2026-07', '2026-11'];
  const found: (number | null | undefined)[] = [];
  for (const month of months) found.push(await of(month));
  const sienna = [10, 10, 12, 12, 12, 12, 12, 12, 12];
  const cobalt = [70, 70, 70, 75, 75, 76, 76, 76, 76];
  const teal = [34, 35, 35, 35, 35, 35, 35, 30, 30];
  expect(found).toEqual(months.map((_, at) => sienna[at]! + cobalt[at]! + teal[at]!));
  expect(await one.metric('recurring_revenue_contraction', '2026')).toEqual(both(5));
  expect(await one.metric('bookings')).toEqual(both(2844));
});

it('a month without a deal is a fall to nothing, one after it has no growth, and none has what lies ahead', async () => {
  const one = await published({
    Opportunity: [
      deal(1, 'won', 100, '2026-01-15'),
      deal(2, 'won', 50, '2026-04-15', { OwnerId: ben }),
      deal(3, 'open', 500, '2026-12-15'),
    ],
  });
  const growth = (period: string, slice = 'all') => one.metric('bookings_growth', period, slice);
  expect(await growth('2026-01')).toEqual(both(null));
  expect(await growth('2026-02')).toEqual(both(-1));
  expect(await growth('2026-03')).toEqual(both(null));
  expect(await growth('2026-04')).toEqual(both(null));
  expect(await growth('2026-05')).toEqual(both(-1));
  expect(await growth('2026-11')).toEqual(both(null));
  expect(await growth('2026-12')).toEqual([]);
  expect(await growth('2026-Q2')).toEqual(both(-0.5));
  expect(await growth('2026-Q2', `owner:${una}`)).toEqual(both(-1));
  expect(await growth('2026-02', `owner:${una}`)).toEqual(both(-1));
  expect(await growth('2026-05', `owner:${ben}`)).toEqual(both(-1));
  // The month turns, and nothing else happens.
  await one.sync('2026-12-01');
  expect(await growth('2026-11')).toEqual(both(null));
  expect(await growth('2026-12')).toEqual(both(null));
  await one.change({
    op: 'update',
    sobject: 'Opportunity',
    id: id('006', 3),
    fields: { StageName: 'Closed Won', CloseDate: '2026-12-01' },
  });
  await one.sync('2026-12-01');
  expect(await one.metric('bookings', '2026-12')).toEqual(both(500));
  await one.sync('2027-01-02');
  expect(await growth('2027-01')).toEqual(both(-1));
  expect(await growth('2027-Q1')).toEqual(both(-1));
});

it('what a team has covers the quota of its manager', async () => {
  const one = await published({
    ForecastingQuota: [
      { Id: id('0J9', 1), QuotaOwnerId: mona, QuotaAmount: 1000, StartDate: '2026-10-01' },
      { Id: id('0J9', 2), QuotaOwnerId: una, QuotaAmount: 400, StartDate: '2026-10-01' },
      { Id: id('0J9', 3), QuotaOwnerId: ben, QuotaAmount: 600, StartDate: '2026-10-01' },
    ],
    Opportunity: [
      deal(1, 'open', 800, '2026-12-12'),
      deal(2, 'won', 250, '2026-10-11', { OwnerId: ben }),
      deal(3, 'open', 700, '2026-12-13', { OwnerId: ben }),
    ],
  });
  expect(await one.metric('coverage', '2026-Q4', `owner:${mona}`)).toEqual(both(1.5));
  expect(await one.metric('coverage_of_rest', '2026-Q4', `owner:${mona}`)).toEqual(both(2));
  expect(await one.metric('coverage', '2026-Q4')).toEqual(both(1.5));
  expect(await one.metric('coverage_of_rest', '2026-Q4', `owner:${ben}`)).toEqual(both(2));
  expect(await one.metric('coverage_of_rest', '2026-Q4', `owner:${una}`)).toEqual(both(2));
});
