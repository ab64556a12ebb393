/** What happens to deals, owners and accounts from one night to the next, with the numbers of each night worked out by hand. */
import { expect, it } from 'vitest';
import { account, ben, both, deal, id, near, outcomes, published, una } from './worked-org.ts';

it('a win that is deleted and comes back, an owner who changes, a win reopened, and two accounts merged', async () => {
  const one = await published(
    {
      Account: [
        account(1, 'Rowan Instruments', { Website: 'rowan.example' }),
        account(2, 'Harbour Optics', { Website: 'harbour.example' }),
      ],
      ForecastingQuota: [
        { Id: id('0J9', 1), QuotaOwnerId: una, QuotaAmount: 600, StartDate: '2026-10-01' },
        { Id: id('0J9', 2), QuotaOwnerId: una, QuotaAmount: 100, StartDate: '2026-11-01' },
      ],
      Opportunity: [
        deal(1, 'open', 100, '2026-11-30'),
        deal(2, 'won', 200, '2026-10-20', { AccountId: id('001', 2) }),
        deal(3, 'open', 50, '2026-11-20', { OwnerId: ben }),
        deal(4, 'won', 300, '2026-10-05'),
      ],
    },
    { day: '2026-11-02' },
  );
  const owner = `owner:${una}`;
  expect(await one.metric('bookings', '2026-10')).toEqual(both(500));
  expect(await one.metric('customers', '2026-10')).toEqual(both(2));
  expect(near(await one.metric('quota_attainment', '2026-10', owner))).toEqual(both(0.833333));
  expect(await one.metric('coverage', '2026-11', owner)).toEqual(both(1));
  expect(await one.metric('open_pipeline')).toEqual(both(150));

  const update = (count: number, fields: Record<string, string | number | boolean>) =>
    ({ op: 'update', sobject: 'Opportunity', id: id('006', count), fields }) as const;
  await one.change(
    { op: 'delete', sobject: 'Opportunity', id: id('006', 2) },
    update(1, { Amount: 130, OwnerId: ben }),
    update(3, { ...outcomes.won, Amount: 60, CloseDate: '2026-11-08' }),
  );
  await one.sync('2026-11-10');
  expect(await one.metric('bookings', '2026-10')).toEqual(both(300));
  expect(await one.metric('customers', '2026-10')).toEqual(both(1));
  expect(await one.metric('quota_attainment', '2026-10', owner)).toEqual(both(0.5));
  expect(await one.metric('bookings', '2026-11')).toEqual(both(60));
  expect(await one.metric('bookings', '2026-11', `owner:${ben}`)).toEqual(both(60));
  expect(await one.metric('open_pipeline', 'all', `owner:${ben}`)).toEqual(both(130));
  expect(await one.metric('open_pipeline', 'all', owner)).toEqual(both(0));
  expect(await one.metric('coverage', '2026-11', owner)).toEqual(both(0));

  await one.change(
    { op: 'undelete', sobject: 'Opportunity', id: id('006', 2) },
    update(3, { ...outcomes.open, Amount: 70, CloseDate: '2026-12-10' }),
    { op: 'merge', sobject: 'Account', masterId: id('001', 1), mergeIds: [id('001', 2)] },
  );
  await one.sync('2026-11-16');
  expect(await one.metric('bookings', '2026-10')).toEqual(both(500));
  expect(await one.metric('customers', '2026-10')).toEqual(both(1));
  expect(await one.metric('new_customers')).toEqual(both(1));
  expect(await one.metric('revenue_per_customer')).toEqual(both(500));
  expect((await one.metric('bookings', '2026-11')).filter(Boolean)).toEqual([]);
  expect(await one.metric('open_pipeline')).toEqual(both(200));
  expect(await one.metric('open_pipeline', '2026-12')).toEqual(both(70));

  expect(
    await one.ask(`select from_on::text as from, reported_value::float8 as value, is_restated from unified.metric_history
      where metric = 'bookings' and basis = 'clean' and period = '2026-10' and dimension = 'all' order by from_on`),
  ).toEqual([
    { from: '2026-11-02', value: 500, is_restated: false },
    { from: '2026-11-10', value: 300, is_restated: true },
    { from: '2026-11-16', value: 500, is_restated: false },
  ]);
  const walk = (from: string, to: string) =>
    one.ask(`select term, sum(amount)::float8 as amount from unified.pipeline_walk('${from}T12:00Z', '${to}T12:00Z', 'clean')
      group by term having sum(amount) <> 0 order by term`);
  expect(await walk('2026-11-10', '2026-11-16')).toEqual([
    { term: 'closing', amount: 200 },
    { term: 'opening', amount: 130 },
    { term: 'reopened', amount: 70 },
  ]);
  // In between C was won; from end to end it is open, and 20 more.
  expect(await walk('2026-11-02', '2026-11-16')).toEqual([
    { term: 'closing', amount: 200 },
    { term: 'increased', amount: 50 },
    { term: 'opening', amount: 150 },
  ]);
});

it('of two orgs of other corporate currencies each has its sums, and there is none of both', async () => {
  const eur = [{ Id: id('01L', 1), IsoCode: 'EUR', ConversionRate: 1, IsCorporate: true, IsActive: true }];
  const one = await published(
    {
      CurrencyType: eur,
      Opportunity: [deal(1, 'won', 100, '2026-05-05', { CurrencyIsoCode: 'EUR' })],
    },
    {
      others: {
        second: {
          Account: [
            ['Id', 'Name', 'OwnerId'],
            [id('001', 7), 'Cobalt Ferries', una],
          ],
          CurrencyType: [
            ['Id', 'IsoCode', 'ConversionRate', 'IsCorporate', 'IsActive'],
            [id('01L', 7), 'USD', 1, true, true],
            [id('01L', 8), 'EUR', 0.8, false, true],
          ],
          Opportunity: [
            'Id AccountId OwnerId Name StageName Amount CurrencyIsoCode IsClosed IsWon CloseDate CreatedDate'.split(
              ' ',
            ),
            [
              id('006', 7),
              id('001', 7),
              una,
              'Decks',
              'Closed Won',
              80,
              'EUR',
              true,
              true,
              '2026-05-06',
              '2026-01-01T09:00:00.000Z',
            ],
            [
              id('006', 8),
              id('001', 7),
              una,
              'Masts',
              'Closed Won',
              50,
              'USD',
              true,
              true,
              '2026-08-06',
              '2026-01-02T09:00:00.000Z',
            ],
          ],
        },
      },
    },
    ['default', 'second'],
  );
  expect(await one.metric('bookings')).toEqual(both(null));
  expect(await one.metric('bookings', 'all', 'org:default')).toEqual(both(100));
  expect(await one.metric('bookings', 'all', 'org:second')).toEqual(both(150));
  expect(await one.metric('bookings', '2026-Q3')).toEqual(both(50));
  expect(await one.metric('won_deals')).toEqual(both(3));
  expect(await one.metric('customers')).toEqual(both(2));
});
