/** Orgs at the edges of the definitions: custom fiscal years, two orgs of one customer, costs and values; each number is worked out by hand. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { account, both, contract, deal, id, near, published, type Row, una } from './worked-org.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
async function inputs(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-edges-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.csv`), text);
  return folder;
}

const sold = (count: number, of: number, amount: number, close: string, more: Row = {}): Row =>
  deal(count, 'won', amount, close, {
    AccountId: id('001', of),
    ContractId: id('800', count),
    CreatedDate: `${close}T09:00:00.000Z`,
    ...more,
  });

it('in a fiscal year of quarters of 13 weeks growth, slipping and quotas go by these', async () => {
  const period = (count: number, type: string, from: string, to: string): Row => ({
    Id: id('026', count),
    Type: type,
    StartDate: from,
    EndDate: to,
    FullyQualifiedLabel: type === 'Year' ? 'FY 2026' : '',
  });
  let count = 0;
  const was = (of: number, stage: string, at: string, close: string): Row => ({
    Id: id('008', ++count),
    OpportunityId: id('006', of),
    StageName: stage,
    Amount: 70,
    CloseDate: close,
    ForecastCategory: stage === 'Closed Won' ? 'Closed' : 'Pipeline',
    CreatedDate: `${at}T15:00:00.000Z`,
  });
  const one = await published({
    Organization: [
      {
        Id: id('00D', 1),
        Name: 'Weeks',
        FiscalYearStartMonth: 1,
        UsesStartDateAsFiscalYearName: false,
        TimeZoneSidKey: 'GMT',
      },
    ],
    Period: [
      period(1, 'Year', '2025-12-29', '2026-12-27'),
      period(2, 'Quarter', '2025-12-29', '2026-03-29'),
      period(3, 'Quarter', '2026-03-30', '2026-06-28'),
      period(4, 'Quarter', '2026-06-29', '2026-09-27'),
      period(5, 'Quarter', '2026-09-28', '2026-12-27'),
    ],
    ForecastingQuota: [{ Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 300, StartDate: '2026-03-30' }],
    Opportunity: [
      deal(1, 'won', 100, '2026-03-29'),
      deal(2, 'won', 150, '2026-03-30'),
      // Due two days before the quarter of weeks ends, and won on the day after it.
      deal(3, 'won', 70, '2026-06-29', {
        CreatedDate: '2026-02-10T15:00:00.000Z',
        LastModifiedDate: '2026-06-29T15:00:00.000Z',
      }),
    ],
    OpportunityHistory: [
      was(3, 'Proposal', '2026-02-10', '2026-06-27'),
      was(3, 'Proposal', '2026-06-20', '2026-06-29'),
      was(3, 'Closed Won', '2026-06-29', '2026-06-29'),
    ],
  });
  expect(await one.metric('bookings', 'FY2026-Q2')).toEqual(both(150));
  expect(await one.metric('bookings_growth', 'FY2026-Q2')).toEqual(both(0.5));
  expect(near(await one.metric('bookings_growth', 'FY2026-Q3'))).toEqual(both(-0.533333));
  expect(await one.metric('bookings_growth', 'FY2026-Q4')).toEqual(both(-1));
  // In the calendar both deals of March are of its first quarter.
  expect(await one.metric('bookings_growth', '2026-Q2')).toEqual(both(-0.72));
  expect(await one.metric('slipped_pipeline', 'FY2026-Q2')).toEqual(both(70));
  expect(await one.metric('slipped_pipeline', '2026-Q2')).toEqual([]);
  expect(await one.metric('quota_attainment', 'FY2026-Q2')).toEqual(both(0.5));
});

it('a customer and a person of two orgs count once on clean', async () => {
  const nadia = { FirstName: 'Nadia', LastName: 'Kowalczyk', Email: 'nadia@lindenfels.example' };
  const two = await published(
    {
      Account: [account(1, 'Lindenfels Glass', { Website: 'lindenfels.example' })],
      Contact: [{ Id: id('003', 1), ...nadia, AccountId: id('001', 1), OwnerId: una }],
      Contract: [contract(1, 1, '2025-03-01', '2026-02-28'), contract(2, 1, '2026-03-01', '2027-02-28')],
      Opportunity: [
        sold(1, 1, 1200, '2025-02-20', { Name: 'Panes of the north hall', CreatedDate: '2025-01-25T09:00:00.000Z' }),
        sold(2, 1, 1800, '2026-02-20', {
          Name: 'Doors of the south wing',
          Type: 'Renewal',
          CreatedDate: '2025-12-20T09:00:00.000Z',
        }),
      ],
      OpportunityContactRole: [
        { Id: id('00K', 1), OpportunityId: id('006', 1), ContactId: id('003', 1), IsPrimary: true },
      ],
      Campaign: [{ Id: id('701', 1), Name: 'Fair', Type: 'Event', CreatedDate: '2025-01-01T00:00:00.000Z' }],
      CampaignMember: [
        {
          Id: id('00v', 1),
          CampaignId: id('701', 1),
          ContactId: id('003', 1),
          Status: 'Responded',
          HasResponded: true,
          FirstRespondedDate: '2025-01-20',
        },
      ],
      Case: [{ Id: id('500', 1), AccountId: id('001', 1), Status: 'New', CreatedDate: '2026-05-01T09:59:00.000Z' }],
    },
    {},
    ['default', 'second'],
  );
  expect(await two.ask('select count(*)::int as n from unified.dim_account')).toEqual([{ n: 1 }]);
  const clean = async (name: string, period?: string) => (await two.metric(name, period))[1];
  expect(await clean('customers')).toBe(1);
  expect(await clean('new_customers')).toBe(1);
  expect(await clean('people')).toBe(1);
  expect(await clean('active_customers', '2026-05')).toBe(1);
  expect(await clean('net_revenue_retention', '2026-03')).toBe(1.5);
  expect(await clean('gross_revenue_retention', '2026-03')).toBe(1);
  expect(await clean('logo_churn', '2026-03')).toBe(0);
  // Two orgs were asked twice, and keep it so.
  expect(await two.metric('cases', '2026-05')).toEqual(both(2));
  expect(await clean('cases_per_customer', '2026-05')).toBe(2);
  const bookings = await two.metric('bookings');
  expect(await two.metric('credited_amount')).toEqual(bookings);
  const byOrg = (await two.ask(`select basis, sum(value)::int as value from unified.metric_value
    where metric = 'bookings' and dimension = 'org' and period = 'all' group by 1 order by 1 desc`)) as {
    value: number;
  }[];
  expect(byOrg.map(({ value }) => value)).toEqual(bookings);
});

it('cost, payback and value of customers count only months of which spend and margin are known', async () => {
  const folder = await inputs({
    spend:
      'month,channel,kind,amount\n2026-01,Web,programme,300\n2026-01,,other,700\n2026-02,Web,programme,500\n2026-03,Web,programme,0\n',
    margin: 'from,margin\n2026-02,0.8\n',
  });
  const one = await published(
    {
      Account: [account(1, 'Umber Paints'), account(2, 'Viridian Glass'), account(3, 'Ochre Mining')],
      Contact: [
        {
          Id: id('003', 1),
          FirstName: 'Petra',
          LastName: 'Hollander',
          Email: 'petra@umber.example',
          AccountId: id('001', 1),
          OwnerId: una,
        },
      ],
      Contract: [contract(1, 1, '2026-01-01', '2026-12-31'), contract(2, 2, '2026-03-01', '2027-02-28')],
      Opportunity: [
        sold(1, 1, 1200, '2026-01-10', { LeadSource: 'Web' }),
        sold(2, 2, 600, '2026-03-05', { LeadSource: 'Friend' }),
        // A refund to somebody who never bought.
        deal(3, 'won', -50, '2026-03-06', { AccountId: id('001', 3) }),
      ],
      Case: [
        // Of a contact alone; of the account; of nobody.
        {
          Id: id('500', 1),
          AccountId: '',
          ContactId: id('003', 1),
          Status: 'Closed',
          CSAT__c: 5,
          CreatedDate: '2026-03-10T09:00:00.000Z',
        },
        {
          Id: id('500', 2),
          AccountId: id('001', 1),
          Status: 'Closed',
          CSAT__c: 2,
          CreatedDate: '2026-03-11T09:00:00.000Z',
        },
        { Id: id('500', 3), AccountId: '', Status: 'New', CreatedDate: '2026-03-12T09:00:00.000Z' },
      ],
    },
    { inputs: folder },
  );
  const of = async (name: string, period: string) =>
    (await one.metric(name, period)).filter((value) => value !== null).map((value) => Number(value!.toFixed(6)));
  expect(await of('cac_blended', '2026-01')).toEqual(both(1000));
  expect(await of('cac_blended', '2026-02')).toEqual([]);
  expect(await of('cac_blended', '2026-03')).toEqual(both(0));
  expect(await of('cac_blended', '2026-Q1')).toEqual(both(750));
  expect(await of('cac_paid', '2026-Q1')).toEqual(both(800));
  expect(await of('cac_lagged', '2026-02')).toEqual([]);
  expect(await of('cac_lagged', '2026-03')).toEqual(both(500));
  // Of the first nobody knows the margin, the refund is no customer.
  expect(await of('clv_historic', 'all')).toEqual(both(480));
  expect(await of('gross_margin', '2026-01')).toEqual([]);
  expect(await of('cac_payback', '2026-01')).toEqual([]);
  expect(await of('cac_payback', '2026-03')).toEqual(both(0));
  // 750 by 75 a month, of which 80 % are left.
  expect(await of('cac_payback', '2026-Q1')).toEqual(both(12.5));
  expect(await of('clv_simple', '2026-Q1')).toEqual([]);
  expect(await of('csat', '2026-03')).toEqual(both(0.5));
  expect(await of('cases_per_customer', '2026-03')).toEqual(both(1.5));
  const cases = await one.ask(`select basis, key, value::int as value from unified.metric_value
    where metric = 'cases' and dimension = 'account' and key_name <> 'Umber Paints' order by basis, key`);
  expect(cases).toEqual([
    { basis: 'clean', key: 'none', value: 1 },
    { basis: 'raw', key: id('001', 1), value: 1 },
    { basis: 'raw', key: 'none', value: 2 },
  ]);
});

it('a cohort is asked for twelve months later: who left is not kept, who came back in time is', async () => {
  const one = await published({
    Account: [account(1, 'Umber Paints'), account(2, 'Viridian Glass'), account(3, 'Ochre Mining')],
    Contract: [
      contract(1, 1, '2025-03-01', '2026-02-28'),
      contract(2, 2, '2025-03-10', '2025-06-09'),
      contract(3, 2, '2026-03-01', '2027-02-28'),
      contract(4, 3, '2025-04-01', '2027-03-31'),
    ],
    Opportunity: [
      sold(1, 1, 1200, '2025-02-20'),
      sold(2, 2, 150, '2025-03-05'),
      sold(3, 2, 480, '2026-02-25'),
      sold(4, 3, 2400, '2025-03-28'),
    ],
  });
  expect(await one.metric('customer_retention_after_12', '2026-03')).toEqual(both(0.5));
  // 40 a month of what had been 150.
  expect(near(await one.metric('revenue_retention_after_12', '2026-03'))).toEqual(both(0.266667));
  expect(await one.metric('customer_retention_after_12', '2026-04')).toEqual(both(1));
  expect(near(await one.metric('customer_retention_after_12', '2026'))).toEqual(both(0.666667));
  expect(await one.metric('recurring_revenue_reactivated', '2026-03')).toEqual(both(40));
  expect(await one.metric('recurring_revenue_churned', '2026-03')).toEqual(both(100));
  const cohort =
    await one.ask(`select months_since, customer_count::int as customers, retained_count::int as retained, amount::int as amount
    from revops.retention_cohort where basis = 'clean' and cohort_month = '2025-03-01' and months_since in (0, 2, 3, 11, 12) order by 1`);
  expect(cohort).toEqual([
    { months_since: 0, customers: 2, retained: 2, amount: 150 },
    { months_since: 2, customers: 2, retained: 2, amount: 150 },
    { months_since: 3, customers: 2, retained: 1, amount: 100 },
    { months_since: 11, customers: 2, retained: 1, amount: 100 },
    { months_since: 12, customers: 2, retained: 1, amount: 40 },
  ]);
});
