/** Days, months and years are those of the org: its time zone, its fiscal year, its own periods. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';

const una = '0055g0000000001AAA';
const account = '0015g0000000001AAA';
const organization = (zone: string, month: number | '', isNamedByStart = false): Rows => ({
  Organization: [
    ['Id', 'Name', 'FiscalYearStartMonth', 'UsesStartDateAsFiscalYearName', 'TimeZoneSidKey', 'CreatedDate'],
    ['00D5g0000000001EAA', 'Rowan', month, isNamedByStart, zone, '2019-01-01T00:00:00.000Z'],
  ],
});
const rows: Rows = {
  Account: [
    ['Id', 'Name', 'OwnerId'],
    [account, 'Rowan Instruments', una],
  ],
  Lead: [
    ['Id', 'LastName', 'Company', 'IsConverted', 'OwnerId', 'CreatedDate'],
    ['00Q5g0000000001EAA', 'Ibarra', 'Tern Works', false, una, '2026-07-01T03:30:00.000Z'],
  ],
  Case: [
    ['Id', 'AccountId', 'Status', 'CreatedDate'],
    ['5005g0000000001AAA', account, 'New', '2026-01-01T04:59:59.000Z'],
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount IsClosed IsWon CloseDate CreatedDate'.split(' '),
    // Created on 9 February in New York: three days before it closed.
    [
      '0065g0000000001AAA',
      account,
      una,
      'Lamps',
      'Closed Won',
      40,
      true,
      true,
      '2026-02-12',
      '2026-02-10T02:00:00.000Z',
    ],
  ],
};
const day = async (org: Published, date: string) => {
  const [found] =
    await org.ask(`select fiscal_year, fiscal_quarter, fiscal_month, fiscal_week, fiscal_year_start::text as year_start,
    fiscal_quarter_start::text as quarter_start, fiscal_month_start::text as month_start, fiscal_week_start::text as week_start
    from unified.dim_date where date = '${date}'`);
  return Object.values(found as object);
};

let west: Published;
let custom: Published;
let unknown: Published;
const none = Array.from({ length: 8 }, () => null);
beforeAll(async () => {
  west = await publishOrg({ ...rows, ...organization('America/New_York', 10) });
  custom = await publishOrg({
    ...rows,
    ...organization('Europe/Nowhere', 2),
    Period: [
      ['Id', 'Type', 'StartDate', 'EndDate', 'FullyQualifiedLabel'],
      ['0265g0000000001AAA', 'Year', '2026-02-01', '2027-01-30', 'FY 2026'],
      ['0265g0000000002AAA', 'Quarter', '2026-02-01', '2026-05-02', ''],
      ['0265g0000000003AAA', 'Quarter', '2026-05-03', '2026-08-01', ''],
      ['0265g0000000004AAA', 'Month', '2026-05-03', '2026-05-30', ''],
      ['0265g0000000005AAA', 'Week', '2026-05-03', '2026-05-09', ''],
      ['0265g0000000006AAA', 'Year', '2027-01-31', '2028-01-29', ''],
    ],
  });
  unknown = await publishOrg({ ...rows, ...organization('', '') });
});
afterAll(async () => {
  await west.close();
  await custom.close();
  await unknown.close();
});

it('an instant falls on the day it has in the time zone of the org, daylight saving time included', async () => {
  expect(await west.ask(`select created_on::text, cycle_days from unified.fct_opportunity`)).toEqual([
    { created_on: '2026-02-09', cycle_days: 3 },
  ]);
  expect(await west.ask(`select created_on::text from unified.fct_lead`)).toEqual([{ created_on: '2026-06-30' }]);
  expect(await west.ask(`select created_on::text from unified.fct_case`)).toEqual([{ created_on: '2025-12-31' }]);
  expect(await west.metric('leads', '2026-Q2')).toEqual([1, 1]);
  expect(await west.metric('leads', '2026-Q3')).toEqual([]);
  expect(await west.metric('leads', 'FY2026-Q3')).toEqual([1, 1]);
  expect(await west.metric('bookings', 'FY2026-Q2')).toEqual([40, 40]);
});

it('a fiscal year of twelve calendar months is named by the year it ends in', async () => {
  expect(await day(west, '2026-09-30')).toEqual([
    'FY2026',
    'FY2026-Q4',
    'FY2026-M12',
    'FY2026-W53',
    '2025-10-01',
    '2026-07-01',
    '2026-09-01',
    '2026-09-30',
  ]);
  expect(await day(west, '2026-10-01')).toEqual([
    'FY2027',
    'FY2027-Q1',
    'FY2027-M01',
    'FY2027-W01',
    '2026-10-01',
    '2026-10-01',
    '2026-10-01',
    '2026-10-01',
  ]);
});

it('or by the year it starts in, where the org says so', async () => {
  const org = await publishOrg({ ...rows, ...organization('GMT', 4, true) });
  expect((await day(org, '2027-03-31')).slice(0, 3)).toEqual(['FY2026', 'FY2026-Q4', 'FY2026-M12']);
  expect((await day(org, '2027-04-01')).slice(0, 3)).toEqual(['FY2027', 'FY2027-Q1', 'FY2027-M01']);
  await org.close();
});

it('a fiscal year that begins in January is the calendar year', async () => {
  const org = await publishOrg({ ...rows, ...organization('GMT', 1) });
  expect(
    await org.ask(`select count(*)::int from unified.dim_date
    where fiscal_year <> 'FY' || year or fiscal_quarter <> 'FY' || quarter or fiscal_month_start <> month`),
  ).toEqual([{ count: 0 }]);
  await org.close();
});

it('custom fiscal years are as the org defined them; days it defined no year for are in none', async () => {
  expect(await day(custom, '2026-05-03')).toEqual([
    'FY2026',
    'FY2026-Q2',
    'FY2026-M01',
    'FY2026-W01',
    '2026-02-01',
    '2026-05-03',
    '2026-05-03',
    '2026-05-03',
  ]);
  expect((await day(custom, '2026-05-02')).slice(0, 2)).toEqual(['FY2026', 'FY2026-Q1']);
  // Named by the year it ends in, as it has no label.
  expect((await day(custom, '2027-01-31'))[0]).toBe('FY2028');
  expect(await day(custom, '2026-01-31')).toEqual(none);
});

it('an org that does not say when its year begins has no fiscal periods, and its days are those of UTC', async () => {
  expect(await day(unknown, '2026-05-03')).toEqual(none);
  expect(await unknown.metric('leads', '2026-Q3')).toEqual([1, 1]);
  expect(custom.warnings).toContainEqual(expect.stringContaining('Europe/Nowhere'));
  expect(west.warnings).toEqual([]);
});
