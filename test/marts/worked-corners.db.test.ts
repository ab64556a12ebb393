/** Numbers worked out by hand: costs in several currencies, records of one id in two orgs, odd amounts and days. */
import { expect, it } from 'vitest';
import { account, ben, both, contract, deal, id, near, published, type Row, una } from './worked-org.ts';

it('what campaigns cost counts in the corporate currency, by the rate that is not dated', async () => {
  const campaign = (count: number, type: string, iso: string, cost: number | '', start: string): Row => ({
    Id: id('701', count),
    Name: `Campaign ${count}`,
    Type: type,
    Status: 'Completed',
    CurrencyIsoCode: iso,
    ActualCost: cost,
    BudgetedCost: 5,
    StartDate: start,
  });
  const lead = (count: number, source: string, created: string): Row => ({
    Id: id('00Q', count),
    LastName: ['Ibarra', 'Okafor', 'Lindqvist', 'Marchetti', 'Zhao'][count]!,
    FirstName: ['Noa', 'Ben', 'Tove', 'Carlo', 'Min'][count]!,
    Company: ['Tern', 'Wren', 'Plover', 'Heron', 'Crane'][count]!,
    Email: `p${count}@${['tern', 'wren', 'plover', 'heron', 'crane'][count]}.example`,
    LeadSource: source,
    OwnerId: una,
    CreatedDate: `${created}T10:00:00.000Z`,
  });
  const one = await published({
    CurrencyType: [
      { Id: id('01L', 1), IsoCode: 'EUR', ConversionRate: 1, IsCorporate: true, IsActive: true },
      { Id: id('01L', 2), IsoCode: 'JPY', ConversionRate: 160, IsCorporate: false, IsActive: true },
      { Id: id('01L', 3), IsoCode: 'USD', ConversionRate: 1.25, IsCorporate: false, IsActive: true },
    ],
    // Of deals only.
    DatedConversionRate: [
      { Id: id('04w', 1), IsoCode: 'USD', ConversionRate: 1, StartDate: '2026-01-01', NextStartDate: '9999-12-31' },
    ],
    Campaign: [
      campaign(1, 'Event', 'EUR', 1000, '2026-02-01'),
      campaign(2, 'Web', 'JPY', 160_000, '2026-02-10'),
      campaign(3, 'Event', 'USD', 500, '2026-03-01'),
      campaign(4, 'Event', 'USD', '', '2026-03-02'),
    ],
    Lead: [
      lead(0, 'Web', '2026-02-03'),
      lead(1, 'Web', '2026-02-04'),
      lead(2, 'Event', '2026-02-05'),
      lead(3, 'Partner', '2026-02-06'),
      lead(4, 'Event', '2026-03-07'),
    ],
  });
  expect(await one.metric('campaign_spend')).toEqual(both(2400));
  expect(await one.metric('campaign_spend', '2026-02')).toEqual(both(2000));
  expect(await one.metric('campaign_spend', '2026-Q1', 'channel:Event')).toEqual(both(1400));
  expect(await one.metric('cost_per_lead', '2026-02')).toEqual(both(500));
  expect(await one.metric('cost_per_lead', '2026-02', 'channel:Web')).toEqual(both(500));
  expect(await one.metric('cost_per_lead', '2026-03')).toEqual(both(400));
  expect(
    await one.ask(`select actual_cost::float8 as cost, actual_cost_record::float8 as record, budgeted_cost::float8 as plan, currency
      from unified.dim_campaign where type = 'Web'`),
  ).toEqual([{ cost: 1000, record: 160_000, plan: 0.03125, currency: 'EUR' }]);
});

it('costs of campaigns in several currencies without a rate have no sum, and the sync says what to add', async () => {
  const campaign = (count: number, iso: string): Row => ({
    Id: id('701', count),
    Name: `Campaign ${count}`,
    CurrencyIsoCode: iso,
    ActualCost: 100,
    StartDate: `2026-0${count}-01`,
  });
  const one = await published({ Campaign: [campaign(1, 'EUR'), campaign(2, 'USD')] });
  expect(await one.metric('campaign_spend')).toEqual(both(null));
  expect(await one.metric('campaign_spend', '2026-01')).toEqual(both(100));
  expect(one.warnings).toContainEqual(
    expect.stringMatching(/^Costs of campaigns are in several currencies \(EUR, USD\), .* Grant Read on CurrencyType/),
  );
});

it('records of an org and of a copy of the org have one id, and count twice on raw and once on clean', async () => {
  const sold = (count: number, of: number, amount: number, close: string): Row =>
    deal(count, 'won', amount, close, { AccountId: id('001', of), ContractId: id('800', count) });
  const one = await published(
    {
      Account: [
        account(1, 'Sienna Looms', { Website: 'sienna.example' }),
        account(2, 'Cobalt Ferries', { Website: 'cobalt.example' }),
      ],
      Contract: [contract(1, 1, '2025-11-01', '2026-10-31'), contract(2, 2, '2026-01-01', '2026-12-31')],
      Opportunity: [sold(1, 1, 120, '2025-10-20'), sold(2, 2, 600, '2025-12-20')],
      Task: [
        {
          Id: id('00T', 1),
          OwnerId: una,
          Subject: 'Call',
          Status: 'Completed',
          IsClosed: true,
          ActivityDate: '2026-05-04',
        },
      ],
    },
    {},
    ['default', 'second'],
  );
  expect(await one.metric('customers')).toEqual([4, 2]);
  expect(await one.metric('revenue_per_customer')).toEqual(both(360));
  expect(await one.metric('new_customers')).toEqual([4, 2]);
  expect(await one.metric('clv_historic')).toEqual(both(null));
  expect(await one.metric('recurring_revenue', '2026-01')).toEqual([120, 60]);
  expect(await one.metric('active_customers', '2026-01')).toEqual([4, 2]);
  expect(await one.metric('recurring_revenue_per_customer', '2026-01')).toEqual(both(30));
  // Sienna leaves in November.
  expect(await one.metric('logo_churn', '2026-11')).toEqual(both(0.5));
  expect(await one.metric('recurring_revenue_churned', '2026-11')).toEqual([20, 10]);
  expect(await one.metric('active_reps', '2026-05')).toEqual(both(2));
  expect(
    await one.ask(`select connection_id, count(*)::int as count from unified.fct_customer
      where not are_accounts_joined and not are_deals_joined group by connection_id order by 1`),
  ).toEqual([
    { connection_id: 'default', count: 2 },
    { connection_id: 'second', count: 2 },
  ]);
  expect(
    await one.ask(`select sum(customer_count)::int as count from unified.retention_cohort
      where basis = 'raw' and months_since = 0`),
  ).toEqual([{ count: 4 }]);
});

it('amounts of nothing, below it and not known are each counted as what they are', async () => {
  const one = await published({
    Opportunity: [
      deal(1, 'won', 0, '2026-05-05'),
      deal(2, 'won', -50, '2026-05-06'),
      deal(3, 'won', 200, '2026-05-07'),
      deal(4, 'lost', '', '2026-05-08'),
      deal(5, 'lost', 0, '2026-05-09'),
      deal(6, 'lost', 150, '2026-05-10'),
      deal(7, 'won', '', '2026-05-11'),
      // Nothing but what is not known.
      deal(8, 'won', '', '2026-07-11', { OwnerId: ben }),
      deal(9, 'lost', 0, '2026-09-11'),
    ],
  });
  expect(await one.metric('bookings', '2026-05')).toEqual(both(150));
  expect(await one.metric('average_deal', '2026-05')).toEqual(both(200));
  expect(near(await one.metric('win_rate', '2026-05'))).toEqual(both(0.571429));
  expect(await one.metric('win_rate_value', '2026-05')).toEqual(both(0.5));
  expect(await one.metric('bookings', '2026-07')).toEqual(both(null));
  expect(await one.metric('won_deals', '2026-07')).toEqual(both(1));
  expect(await one.metric('credited_amount', 'all', `owner:${ben}`)).toEqual(both(null));
  expect(await one.metric('win_rate', '2026-09')).toEqual(both(0));
  expect(await one.metric('win_rate_value', '2026-09')).toEqual(both(null));
  expect(await one.metric('average_deal', '2026-09')).toEqual([]);
  expect(await one.metric('bookings_growth', '2026-06')).toEqual(both(-1));
});

it('days are those of the org: a leap day, and a night on which clocks change', async () => {
  const made = (count: number, created: string, close: string): Row =>
    deal(count, 'won', 10, close, { CreatedDate: `${created}.000Z` });
  const one = await published({
    Organization: [
      {
        Id: id('00D', 1),
        Name: 'Org',
        FiscalYearStartMonth: 4,
        UsesStartDateAsFiscalYearName: true,
        TimeZoneSidKey: 'Europe/Oslo',
      },
    ],
    Opportunity: [
      // In Oslo it is the 29th already.
      made(1, '2024-02-28T23:30:00', '2024-03-01'),
      made(2, '2024-02-29T10:00:00', '2025-02-28'),
      // Half past midnight of the day on which clocks go forward, and of the first of April.
      made(3, '2026-03-28T23:30:00', '2026-03-29'),
      made(4, '2026-03-31T22:30:00', '2026-04-02'),
      // The last half hour of October, when clocks have gone back.
      made(5, '2026-10-31T22:30:00', '2026-11-01'),
      made(6, '2026-10-31T23:30:00', '2026-11-01'),
    ],
  });
  expect(await one.metric('cycle_days', '2024-03')).toEqual(both(1));
  expect(await one.metric('cycle_days', '2025-02')).toEqual(both(365));
  expect(await one.metric('cycle_days', '2026-03')).toEqual(both(0));
  expect(await one.metric('cycle_days', '2026-04')).toEqual(both(1));
  expect(await one.metric('cycle_days', '2026-11')).toEqual(both(0.5));
  expect(await one.metric('deals_created', '2024-02')).toEqual(both(2));
  expect(await one.metric('deals_created', '2026-Q1')).toEqual(both(1));
  expect(await one.metric('deals_created', 'FY2026-Q1')).toEqual(both(1));
  expect(await one.metric('deals_created', '2026-10')).toEqual(both(1));
  expect(await one.metric('bookings', 'FY2023')).toEqual(both(10));
  expect(await one.metric('bookings', 'FY2025')).toEqual(both(10));
  expect(await one.metric('bookings', 'FY2024-Q4')).toEqual(both(10));
});

it('without campaigns nothing is known of what marketing brought, which is not 0', async () => {
  const deals = [deal(1, 'won', 100, '2026-05-05'), deal(2, 'won', 40, '2026-06-05', { OwnerId: ben })];
  const one = await published({ Opportunity: deals, Campaign: [{ Id: id('701', 1), Name: 'Gone', IsDeleted: true }] });
  expect(await one.metric('marketing_sourced_revenue')).toEqual(both(null));
  await one.change({ op: 'insert', sobject: 'Campaign', fields: { Name: 'Spring', Type: 'Event' } });
  await one.sync('2026-11-21');
  expect(await one.metric('marketing_sourced_revenue')).toEqual(both(0));
});
