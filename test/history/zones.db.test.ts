/** Where it is yesterday again, as an org moved to another zone or a clock went back, what was reported stays and what changed is published. */
import { afterEach, expect, it } from 'vitest';
import { type Published, publishOrg, type Rows } from '../marts/org.ts';

const una = '0055g0000000001AAA';
const account = '0015g0000000001AAA';
const deal = '0065g0000000001AAA';
const organization = '00D5g0000000001EAA';
const rows: Rows = {
  Organization: [
    ['Id', 'Name', 'FiscalYearStartMonth', 'UsesStartDateAsFiscalYearName', 'TimeZoneSidKey', 'CreatedDate'],
    [organization, 'Rowan', 1, false, 'Asia/Tokyo', '2019-01-01T00:00:00.000Z'],
  ],
  Account: [
    ['Id', 'Name', 'OwnerId'],
    [account, 'Rowan Instruments', una],
  ],
  Opportunity: [
    'Id AccountId OwnerId Name StageName Amount IsClosed IsWon ForecastCategory CloseDate CreatedDate'.split(' '),
    [deal, account, una, 'Desks', 'Closed Won', 100, true, true, 'Closed', '2026-02-10', '2026-01-05T09:00:00.000Z'],
  ],
};

let org: Published;
afterEach(() => org.close());
const amountBecomes = (amount: number) =>
  org.change({ op: 'update', sobject: 'Opportunity', id: deal, fields: { Amount: amount } });
const moveTo = (zone: string) =>
  org.change({ op: 'update', sobject: 'Organization', id: organization, fields: { TimeZoneSidKey: zone } });
const reported = () =>
  org.ask(`select from_on::text as from_on, to_on::text as to_on, reported_value::float8 as value from unified.metric_history
    where metric = 'bookings' and basis = 'raw' and period = '2026-Q1' and dimension = 'all' order by from_on`);
const days = async () => {
  const [found] = await org.ask(`select as_of::text as as_of, reported_on::text as reported_on from unified.publication
    order by generation desc limit 1`);
  return Object.values(found as object);
};

it('an org that moves from Tokyo to Lima goes on reporting on the day it had, until that is over there too', async () => {
  org = await publishOrg(rows, ['default'], { day: '2026-11-19T20:00:00Z' });
  expect(await days()).toEqual(['2026-11-20', '2026-11-20']);
  await amountBecomes(95);
  await org.sync('2026-11-20T20:00:00Z');
  const before = [{ from_on: '2026-11-20', to_on: '2026-11-21', value: 100 }];
  expect(await reported()).toEqual([...before, { from_on: '2026-11-21', to_on: null, value: 95 }]);

  await moveTo('America/Lima');
  await amountBecomes(90);
  expect(await org.sync('2026-11-20T21:00:00Z')).toEqual([]);
  expect(await days()).toEqual(['2026-11-20', '2026-11-21']);
  expect(await reported()).toEqual([...before, { from_on: '2026-11-21', to_on: null, value: 90 }]);
  expect(await org.metric('bookings', '2026-Q1')).toEqual([90, 90]);
  // What is shown is of the day it is in history by, and the forecast of it is one.
  expect(await org.ask(`select distinct as_of::text as as_of from unified.metric_value`)).toEqual([
    { as_of: '2026-11-21' },
  ]);
  expect(
    await org.ask(`select distinct as_of::text as as_of from unified.fct_forecast where not is_back_test and as_of > '2026-11-01'
      order by 1`),
  ).toEqual([{ as_of: '2026-11-20' }, { as_of: '2026-11-21' }]);

  await amountBecomes(80);
  await org.sync('2026-11-21T22:00:00Z');
  expect(await days()).toEqual(['2026-11-21', '2026-11-21']);
  await amountBecomes(70);
  await org.sync('2026-11-22T22:00:00Z');
  expect(await reported()).toEqual([
    ...before,
    { from_on: '2026-11-21', to_on: '2026-11-22', value: 80 },
    { from_on: '2026-11-22', to_on: null, value: 70 },
  ]);
  expect(
    await org.ask(
      `select valid_from, amount::float8 as amount from unified.fct_opportunity_version order by valid_from`,
    ),
  ).toMatchObject([{ amount: 100 }, { amount: 95 }, { amount: 90 }, { amount: 80 }, { amount: 70 }]);
});

it('a clock that went back and came again has each version of a deal begin after the one before', async () => {
  org = await publishOrg(rows, ['default'], { day: '2026-11-20T12:00:00Z' });
  const read = async (amount: number, at: string) => {
    // As of a deal that was changed before, and is read late.
    await org.ask(
      `update standard.opportunity set amount = ${amount}, _version = nextval('mirror.version'), modified_at = '2026-11-20T10:00:00Z'`,
    );
    await org.again(at);
  };
  await read(95, '2026-11-20T11:00:00Z');
  await read(90, '2026-11-20T13:00:00Z');
  await read(85, '2026-11-20T14:00:00Z');
  const versions = await org.ask(
    `select valid_from, valid_to, amount::float8 as amount from unified.fct_opportunity_version order by valid_from`,
  );
  expect(versions).toMatchObject([{ amount: 100 }, { amount: 95 }, { amount: 90 }, { amount: 85, valid_to: null }]);
});
