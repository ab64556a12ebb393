/** More orgs worked out by hand from what metrics are defined as; of each the bridge adds up, and the API says what SQL says. */
import { expect, it } from 'vitest';
import { listBridge, listMetricValues } from '../../src/views/metrics.ts';
import type { Published } from './org.ts';
import { account, ben, both, contract, deal, id, mona, near, published, type Row, una } from './worked-org.ts';

/** Of these metrics, by every period, in total and by owner. */
async function expectOneNumber(one: Published, metrics: readonly string[]): Promise<void> {
  for (const metric of metrics) {
    for (const dimension of ['all', 'owner'] as const) {
      const filter = { metric, dimension, withNames: false };
      const page = { limit: 1000, after: null };
      type Line = {
        basis: string;
        period: string;
        periodKind: string;
        key: string;
        value: number | null;
        delta: number;
      };
      const told = (await listMetricValues(one.db, filter, page)).data as Line[];
      const asked =
        (await one.ask(`select basis, period, period_kind, key, value::float8 as value from unified.metric_value
        where metric = '${metric}' and dimension = '${dimension}'`)) as {
          basis: string;
          period: string;
          period_kind: string;
          key: string;
          value: number | null;
        }[];
      const line = (kind: string, { basis, period, key, value }: Pick<Line, 'basis' | 'period' | 'key' | 'value'>) =>
        [basis, kind, period, key, value].join(' ');
      expect(told.map((row) => line(row.periodKind, row)).sort()).toEqual(
        asked.map((row) => line(row.period_kind, row)).sort(),
      );
      const steps = (await listBridge(one.db, filter, page)).data as Line[];
      for (const clean of told.filter(({ basis, value }) => basis === 'clean' && value !== null)) {
        const same = (row: Line) =>
          row.periodKind === clean.periodKind && row.period === clean.period && row.key === clean.key;
        const raw = told.find((row) => row.basis === 'raw' && same(row))?.value ?? null;
        if (raw === null) continue;
        const delta = steps.filter(same).reduce((sum, step) => sum + step.delta, 0);
        expect(clean.value! - raw).toBeCloseTo(delta, 6);
      }
    }
  }
}

const member = (count: number, campaign: number, who: number, on: string): Row => ({
  Id: id('00v', count),
  CampaignId: id('701', campaign),
  ContactId: id('003', who),
  Status: 'Responded',
  HasResponded: true,
  FirstRespondedDate: on,
  CreatedDate: `${on}T09:00:00.000Z`,
});

it('a fiscal year of thirteen periods of four weeks has three of them in a quarter, and four in the last', async () => {
  const first = Date.parse('2026-02-01');
  const on = (days: number) => new Date(first + days * 86_400_000).toISOString().slice(0, 10);
  const period = (count: number, type: string, from: number, days: number): Row => ({
    Id: id('026', count),
    Type: type,
    StartDate: on(from),
    EndDate: on(from + days - 1),
    FullyQualifiedLabel: type === 'Year' ? 'FY 2026' : '',
  });
  const one = await published({
    Organization: [
      {
        Id: id('00D', 1),
        Name: 'Thirteen',
        FiscalYearStartMonth: 2,
        UsesStartDateAsFiscalYearName: true,
        TimeZoneSidKey: 'GMT',
      },
    ],
    Period: [
      period(1, 'Year', 0, 364),
      ...[0, 84, 168].map((from, at) => period(2 + at, 'Quarter', from, 84)),
      period(5, 'Quarter', 252, 112),
      ...Array.from({ length: 13 }, (_, at) => period(6 + at, 'Month', at * 28, 28)),
    ],
    Opportunity: [
      // The last day of the first quarter, the first of the second, the last of the year, and the day after it.
      deal(1, 'won', 100, on(83)),
      deal(2, 'won', 250, on(84)),
      deal(3, 'lost', 40, on(84)),
      deal(4, 'won', 30, on(251)),
      deal(5, 'won', 7, on(252)),
      deal(6, 'open', 900, on(363)),
      deal(7, 'open', 11, on(364)),
    ],
  });
  expect(await one.metric('bookings', 'FY2026-Q1')).toEqual(both(100));
  expect(await one.metric('bookings', 'FY2026-Q2')).toEqual(both(250));
  expect(await one.metric('win_rate', 'FY2026-Q2')).toEqual(both(0.5));
  expect(near(await one.metric('win_rate_value', 'FY2026-Q2'))).toEqual(both(0.862069));
  expect(await one.metric('bookings_growth', 'FY2026-Q2')).toEqual(both(1.5));
  expect(await one.metric('bookings', 'FY2026-Q3')).toEqual(both(30));
  expect(await one.metric('bookings', 'FY2026-Q4')).toEqual(both(7));
  // The day after the last that the org defined is in no fiscal period.
  expect(await one.metric('open_pipeline', 'FY2026-Q4')).toEqual(both(900));
  expect(await one.metric('open_pipeline')).toEqual(both(911));
  expect(await one.metric('bookings', 'FY2026')).toEqual(both(387));
  expect(await one.metric('bookings', '2026-Q2')).toEqual(both(350));
  expect(
    await one.ask(`select date::text as date, fiscal_month, fiscal_quarter from unified.dim_date
      where date in ('${on(27)}', '${on(28)}', '${on(363)}') order by date`),
  ).toEqual([
    { date: on(27), fiscal_month: 'FY2026-M01', fiscal_quarter: 'FY2026-Q1' },
    { date: on(28), fiscal_month: 'FY2026-M02', fiscal_quarter: 'FY2026-Q1' },
    { date: on(363), fiscal_month: 'FY2026-M13', fiscal_quarter: 'FY2026-Q4' },
  ]);
  await expectOneNumber(one, ['bookings', 'win_rate', 'bookings_growth']);
});

it('net retention has what grew, gross retention has not, and neither has who is new', async () => {
  const sold = (count: number, of: number, amount: number, close: string): Row =>
    deal(count, 'won', amount, close, {
      AccountId: id('001', of),
      ContractId: id('800', count),
      CreatedDate: `${close}T09:00:00.000Z`,
    });
  const one = await published({
    Account: [
      account(1, 'Umber Paints'),
      account(2, 'Viridian Glass'),
      account(3, 'Ochre Mining'),
      account(4, 'Sienna Tiles'),
      account(5, 'Cobalt Dyes'),
    ],
    Contract: [
      // From 100 a month to 120, from 200 to 150, from 50 to nothing, 150 as before, and 80 anew.
      contract(1, 1, '2025-03-01', '2026-02-28'),
      contract(2, 1, '2026-03-01', '2027-02-28'),
      contract(3, 2, '2025-03-01', '2026-02-28'),
      contract(4, 2, '2026-03-01', '2027-02-28'),
      contract(5, 3, '2025-03-01', '2026-02-28'),
      contract(6, 4, '2025-03-01', '2027-02-28'),
      contract(7, 5, '2026-03-01', '2027-02-28'),
    ],
    Opportunity: [
      sold(1, 1, 1200, '2025-02-20'),
      sold(2, 1, 1440, '2026-02-20'),
      sold(3, 2, 2400, '2025-02-21'),
      sold(4, 2, 1800, '2026-02-21'),
      sold(5, 3, 600, '2025-02-22'),
      sold(6, 4, 3600, '2025-02-23'),
      sold(7, 5, 960, '2026-02-24'),
    ],
  });
  expect(await one.metric('recurring_revenue', '2025-04')).toEqual(both(500));
  expect(await one.metric('recurring_revenue', '2026-04')).toEqual(both(500));
  // 120 + 150 + 0 + 150 of 500, and 100 + 150 + 0 + 150.
  expect(near(await one.metric('net_revenue_retention', '2026-04'))).toEqual(both(0.84));
  expect(near(await one.metric('gross_revenue_retention', '2026-04'))).toEqual(both(0.8));
  expect(await one.metric('recurring_revenue_expansion', '2026-03')).toEqual(both(20));
  expect(await one.metric('recurring_revenue_contraction', '2026-03')).toEqual(both(50));
  expect(await one.metric('recurring_revenue_churned', '2026-03')).toEqual(both(50));
  expect(await one.metric('recurring_revenue_new', '2026-03')).toEqual(both(80));
  expect(await one.metric('logo_churn', '2026-03')).toEqual(both(0.25));
  expect(near(await one.metric('revenue_churn', '2026-03'))).toEqual(both(0.1));
  // A year before there was nobody to keep.
  expect((await one.metric('net_revenue_retention', '2025-04')).filter((value) => value !== null)).toEqual([]);
  await expectOneNumber(one, ['net_revenue_retention', 'gross_revenue_retention', 'logo_churn']);
});

it('a touch counts from a year before the deal to the day it was created, and a U gives 40, 20 and 40 %', async () => {
  const person = (count: number, first: string, last: string): Row => ({
    Id: id('003', count),
    FirstName: first,
    LastName: last,
    Email: `${first}.${last}@${last}.example`.toLowerCase(),
    AccountId: id('001', 1),
    OwnerId: una,
    CreatedDate: '2024-01-01T09:00:00.000Z',
  });
  const campaign = (count: number, name: string, type: string): Row => ({
    Id: id('701', count),
    Name: name,
    Type: type,
    CreatedDate: '2024-01-01T00:00:00.000Z',
  });
  const role = (count: number, of: number, who: number): Row => ({
    Id: id('00K', count),
    OpportunityId: id('006', of),
    ContactId: id('003', who),
    IsPrimary: true,
  });
  const one = await published({
    Contact: [person(1, 'Wilma', 'Thorsen'), person(2, 'Ravi', 'Castellanos')],
    Campaign: [campaign(1, 'Fair', 'Event'), campaign(2, 'Talk', 'Webinar'), campaign(3, 'Note', 'Email')],
    Opportunity: [
      deal(1, 'won', 1000, '2026-05-10', { CreatedDate: '2026-03-01T09:00:00.000Z' }),
      deal(2, 'won', 300, '2026-06-10', { CreatedDate: '2026-03-01T09:00:00.000Z' }),
      deal(3, 'open', 5000, '2026-12-10', { CreatedDate: '2026-03-01T09:00:00.000Z' }),
    ],
    OpportunityContactRole: [role(1, 1, 1), role(2, 2, 2), role(3, 3, 1)],
    CampaignMember: [
      member(1, 1, 1, '2025-03-01'),
      member(2, 2, 1, '2025-11-11'),
      member(3, 3, 1, '2026-03-01'),
      // A day too early, and a day too late.
      member(4, 1, 2, '2025-02-28'),
      member(5, 2, 2, '2026-03-02'),
    ],
  });
  // Who is touched and has no credit has 0.
  const by = async (metric: string) =>
    Object.fromEntries(
      (
        (await one.ask(`select key, value::float8 as value from unified.metric_value where metric = '${metric}' and basis = 'clean'
          and dimension = 'channel' and period = 'all' and value <> 0`)) as { key: string; value: number }[]
      ).map(({ key, value }) => [key, value]),
    );
  expect(await by('revenue_u_shaped')).toEqual({ Event: 400, Webinar: 200, Email: 400 });
  expect(await by('revenue_first_touch')).toEqual({ Event: 1000 });
  expect(await by('revenue_last_touch')).toEqual({ Email: 1000 });
  const linear = await by('revenue_linear');
  expect(Object.keys(linear).sort()).toEqual(['Email', 'Event', 'Webinar']);
  for (const value of Object.values(linear)) expect(value).toBeCloseTo(1000 / 3, 2);
  // Thirds are cut, and the first has what is left: shares make the whole.
  expect(Object.values(linear).reduce((sum, value) => sum + value, 0)).toBe(1000);
  expect(await one.metric('influenced_revenue')).toEqual(both(1000));
  await expectOneNumber(one, ['influenced_revenue', 'bookings']);
});

it('three levels of managers: who has a team is measured by all below, and the total by the top alone', async () => {
  const cora = id('005', 4);
  const quota = (count: number, who: string, amount: number): Row => ({
    Id: id('0J9', count),
    QuotaOwnerId: who,
    QuotaAmount: amount,
    StartDate: '2026-01-01',
    ForecastingTypeId: id('0Db', 1),
  });
  const one = await published({
    User: [
      { Id: cora, Name: 'Cora', IsActive: true },
      { Id: mona, Name: 'Mona', IsActive: true, ManagerId: cora },
      { Id: una, Name: 'Una', IsActive: true, ManagerId: mona },
      { Id: ben, Name: 'Ben', IsActive: true, ManagerId: cora },
    ],
    ForecastingQuota: [quota(1, cora, 1000), quota(2, mona, 500), quota(3, una, 400), quota(4, ben, 200)],
    Opportunity: [
      deal(1, 'won', 300, '2026-02-10'),
      deal(2, 'won', 150, '2026-03-31', { OwnerId: ben }),
      deal(3, 'won', 50, '2026-01-01', { OwnerId: cora }),
      deal(4, 'won', 999, '2026-04-01'),
    ],
  });
  const of = (who: string) => one.metric('quota_attainment', '2026-Q1', `owner:${who}`);
  expect(await of(una)).toEqual(both(0.75));
  expect(await of(mona)).toEqual(both(0.6));
  expect(await of(ben)).toEqual(both(0.75));
  expect(await of(cora)).toEqual(both(0.5));
  expect(await one.metric('quota_attainment', '2026-Q1')).toEqual(both(0.5));
  expect(await one.metric('quota', '2026-Q1')).toEqual(both(1000));
  expect(await one.metric('bookings', '2026-Q1', `team:${cora}`)).toEqual(both(500));
  expect(await one.metric('bookings', '2026-Q1', `team:${mona}`)).toEqual(both(300));
  await expectOneNumber(one, ['quota_attainment', 'bookings']);
});

it('of leads older than the history of their Status no funnel is told, and the others have theirs', async () => {
  const lead = (count: number, last: string, created: string): Row => ({
    Id: id('00Q', count),
    LastName: last,
    FirstName: 'Noa',
    Company: `${last} Works`,
    Email: `noa@${last}.example`.toLowerCase(),
    Status: 'Open',
    IsConverted: false,
    OwnerId: una,
    CreatedDate: `${created}T09:00:00.000Z`,
  });
  const leads = [lead(1, 'Ibarra', '2022-02-10'), lead(2, 'Okafor', '2026-01-10'), lead(3, 'Quist', '2026-01-11')];
  const change = (count: number, of: number, at: string): Row => ({
    Id: id('017', count),
    LeadId: id('00Q', of),
    Field: 'Status',
    OldValue: 'Open',
    NewValue: 'Marketing Qualified',
    CreatedDate: `${at}T09:00:00.000Z`,
  });
  const one = await published({ Lead: leads, LeadHistory: [change(1, 1, '2024-12-09'), change(2, 2, '2026-02-01')] });
  expect((await one.metric('lead_to_mql_90', '2022-Q1')).filter((value) => value !== null)).toEqual([]);
  expect(await one.metric('lead_to_mql_90', '2026-Q1')).toEqual(both(0.5));
  expect(await one.metric('lead_to_mql_90')).toEqual(both(0.5));
  // What needs no history is told of all of them.
  expect(await one.metric('lead_to_opportunity_90', '2022-Q1')).toEqual(both(0));
  // The other way round: a history as old as the leads leaves none out.
  const whole = await published({ Lead: leads, LeadHistory: [change(1, 1, '2022-03-01')] });
  expect(await whole.metric('lead_to_mql_90', '2022-Q1')).toEqual(both(1));
  expect(await whole.metric('lead_to_mql_90', '2026-Q1')).toEqual(both(0));
  // Or one that may have begun with its first change: whoever is older was not qualified before it.
  const young = await published({ Lead: leads, LeadHistory: [change(1, 2, '2026-02-01')] });
  expect(await young.metric('lead_to_mql_90', '2022-Q1')).toEqual(both(0));
});
