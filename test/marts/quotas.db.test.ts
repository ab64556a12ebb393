/** Quotas of an org of hand-made rows become attainment by owner, forecast type, month and quarter, worked out by hand. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const account = '0015g0000000001AAA';
const user = (n: number) => `0055g00000000${n}AAA`;
const [mona, rita, sven, theo] = [user(10), user(11), user(12), user(13)] as const;
const type = (n: number) => `0Db5g00000000${n}CAA`;
const [revenue, overlay, monthly] = [type(10), type(11), type(12)] as const;

let org: Published;
beforeAll(async () => {
  let count = 10;
  const quota = (owner: string, amount: number, start: string, of: string) => [
    `0J95g00000000${count++}CAA`,
    owner,
    amount,
    start,
    of,
  ];
  const won = (owner: string, amount: number, close: string) => [
    `0065g00000000${count}AAA`,
    account,
    owner,
    `Order number ${count++}`,
    'Closed Won',
    amount,
    true,
    true,
    close,
    '2025-12-01T09:00:00.000Z',
  ];
  org = await publishOrg({
    User: [
      ['Id', 'Name', 'IsActive', 'ManagerId'],
      [mona, 'Mona', true, ''],
      [rita, 'Rita', true, mona],
      [sven, 'Sven', true, mona],
      [theo, 'Theo', true, ''],
    ],
    Account: [
      ['Id', 'Name', 'OwnerId'],
      [account, 'Larch Ceramics', mona],
    ],
    ForecastingQuota: [
      ['Id', 'QuotaOwnerId', 'QuotaAmount', 'StartDate', 'ForecastingTypeId'],
      // Mona answers for her team of two. Rita has the same amount in two types, Sven another in each.
      quota(mona, 400, '2026-04-01', revenue),
      quota(rita, 200, '2026-04-01', revenue),
      quota(rita, 200, '2026-04-01', overlay),
      quota(sven, 200, '2026-04-01', revenue),
      quota(sven, 50, '2026-04-01', overlay),
      quota(rita, 900, '2027-01-01', revenue),
      // Theo sells by the month; of this quarter's months December has not begun.
      quota(theo, 100, '2026-10-01', monthly),
      quota(theo, 100, '2026-11-01', monthly),
      quota(theo, 100, '2026-12-01', monthly),
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName Amount IsClosed IsWon CloseDate CreatedDate'.split(' '),
      won(mona, 40, '2026-05-05'),
      won(rita, 100, '2026-04-01'),
      won(rita, 7, '2026-07-01'),
      won(sven, 60, '2026-06-30'),
      won(theo, 150, '2026-10-31'),
    ],
  });
});
afterAll(() => org.close());

const both = (value: number | null) => [value, value];

it('forecast types are quotas of their own: one value where they agree, none where they differ', async () => {
  expect(await org.metric('quota_attainment', '2026-Q2', `owner:${rita}`)).toEqual(both(0.5));
  expect(await org.metric('quota_attainment', '2026-Q2', `owner:${sven}`)).toEqual(both(null));
  expect(await org.metric('quota_attainment', '2026-Q2', `owner:${sven}/type:${overlay}`)).toEqual(both(1.2));
  expect(await org.metric('quota_attainment', '2026-Q2', `type:${overlay}`)).toEqual(both(160 / 250));
});

it('a manager is measured by the team, and a total counts neither quotas nor deals twice', async () => {
  expect(await org.metric('quota_attainment', '2026-Q2', `owner:${mona}`)).toEqual(both(0.5));
  expect(await org.metric('quota_attainment', '2026-Q2', `type:${revenue}`)).toEqual(both(0.5));
});

it('months are periods, and what has not begun does not count yet', async () => {
  expect(await org.metric('quota_attainment', '2026-10', `owner:${theo}`)).toEqual(both(1.5));
  expect(await org.metric('quota_attainment', '2026-11', `owner:${theo}`)).toEqual(both(0));
  expect(await org.metric('quota_attainment', '2026-12', `owner:${theo}`)).toEqual([]);
  expect(await org.metric('quota_attainment', '2026-Q4', `owner:${theo}`)).toEqual(both(0.75));
  expect(await org.metric('quota_attainment', '2026-04')).toEqual([]);
  expect(await org.metric('quota_attainment', 'all', `owner:${rita}/type:${revenue}`)).toEqual(both(0.5));
});

it('a quota counts from the day its period begins, although nothing else has moved', async () => {
  await org.again('2026-12-01');
  expect(await org.metric('quota_attainment', '2026-Q4', `owner:${theo}`)).toEqual(both(0.5));
});

it('no quota is no attainment', async () => {
  await org.db.query(
    sql`update standard.forecasting_quota set is_deleted = true, _version = nextval('mirror.version')`,
  );
  await org.again('2026-12-01');
  expect(await org.metric('quota_attainment')).toEqual(both(null));
});
