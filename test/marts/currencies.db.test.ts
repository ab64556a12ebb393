/** Deals in several currencies become sums in the corporate one, and none where a rate is missing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from './org.ts';

const una = '0055g0000000001AAA';
const account = '0015g0000000001AAA';
let count = 10;
const deal = (amount: number, currency: string, isWon: boolean, close: string) => [
  `0065g00000000${count}AAA`,
  account,
  una,
  `Order number ${count++}`,
  isWon ? 'Closed Won' : 'Closed Lost',
  amount,
  currency,
  true,
  isWon,
  close,
  '2026-01-01T09:00:00.000Z',
];
const rows: Rows = {
  Account: [
    ['Id', 'Name', 'OwnerId'],
    [account, 'Rowan Instruments', una],
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount CurrencyIsoCode IsClosed IsWon CloseDate CreatedDate'.split(' '),
    deal(300, 'EUR', true, '2026-02-10'),
    deal(500, 'SEK', true, '2026-03-01'),
    deal(4000, 'SEK', true, '2026-05-01'),
    deal(1500, 'SEK', false, '2026-03-02'),
  ],
  ForecastingQuota: [
    'Id QuotaOwnerId QuotaAmount CurrencyIsoCode StartDate'.split(' '),
    ['0J95g0000000010CAA', una, 7000, 'SEK', '2026-01-01'],
  ],
};
const types = ['Id', 'IsoCode', 'ConversionRate', 'IsCorporate', 'IsActive'];
const both = (value: number | null) => [value, value];
const hint = expect.stringContaining('Grant Read on CurrencyType');

let rated: Published;
let unrated: Published;
beforeAll(async () => {
  rated = await publishOrg({
    ...rows,
    CurrencyType: [types, ['01L5g0000000010EAA', 'EUR', 1, true, true], ['01L5g0000000011EAA', 'SEK', 10, false, true]],
    DatedConversionRate: [
      ['Id', 'IsoCode', 'ConversionRate', 'StartDate', 'NextStartDate'],
      ['04w5g0000000010EAA', 'SEK', 8, '2026-04-01', '2026-06-01'],
    ],
  });
  unrated = await publishOrg(rows);
});
afterAll(async () => {
  await rated.close();
  await unrated.close();
});

it('amounts count in the corporate currency, by the rate of the close day where there is one', async () => {
  expect(await rated.metric('bookings')).toEqual(both(300 + 50 + 500));
  expect(await rated.metric('bookings', '2026-Q1')).toEqual(both(350));
  expect(await rated.metric('win_rate_value', '2026-Q1')).toEqual(both(0.7));
  expect(await rated.metric('quota_attainment', '2026-Q1')).toEqual(both(0.5));
  expect(
    await rated.ask(`select amount::float, amount_record::float, currency from unified.fct_opportunity
    where close_on = '2026-05-01'`),
  ).toEqual([{ amount: 500, amount_record: 4000, currency: 'EUR' }]);
  expect(rated.warnings).not.toContainEqual(hint);
});

it('without rates a sum over several currencies is no number, and the run says what to add', async () => {
  expect(await unrated.metric('bookings')).toEqual(both(null));
  expect(await unrated.metric('win_rate_value')).toEqual(both(null));
  expect(await unrated.metric('revenue_per_customer')).toEqual(both(null));
  expect(await unrated.metric('quota_attainment')).toEqual(both(null));
  // Of one currency it is one, and so is what counts no money.
  expect(await unrated.metric('bookings', '2026-Q2')).toEqual(both(4000));
  expect(await unrated.metric('win_rate')).toEqual(both(0.75));
  expect(unrated.warnings).toContainEqual(hint);
  expect(unrated.warnings.filter((one) => one.startsWith('CurrencyType'))).toEqual([]);
});
