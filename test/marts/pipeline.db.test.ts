/** Open deals of an org of hand-made rows become the pipeline, healthy and stale, and the list behind the stale one. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const account = '0015g0000000001AAA';

let org: Published;
beforeAll(async () => {
  const open = (
    n: number,
    name: string,
    amount: number | '',
    close: string,
    category = 'Pipeline',
    made = `2026-11-${n < 12 ? 16 : n}`,
  ) => [
    `0065g00000000${n}AAA`,
    account,
    una,
    name,
    'Prospecting',
    amount,
    category,
    false,
    false,
    close,
    `${made}T09:00:00.000Z`,
    `${made}T09:00:00.000Z`,
    name === 'Winter tyres' ? '' : 'call',
    '2026-11-19',
  ];
  org = await publishOrg({
    Account: [
      ['Id', 'Name', 'OwnerId'],
      [account, 'Maple Freight', una],
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName Amount ForecastCategory IsClosed IsWon CloseDate CreatedDate LastStageChangeDate NextStep LastActivityDate'.split(
        ' ',
      ),
      // One stale deal entered twice, a stale one that the forecast omits, one in health, two without an amount.
      open(10, 'Maple Freight - Trucks', 700, '2026-10-01'),
      open(11, 'Maple Freight - Trucks', 700, '2026-10-01'),
      open(12, 'Warehouse doors', 90, '2026-10-02', 'Omitted'),
      open(13, 'Forklift lease', 60, '2026-12-20'),
      open(14, 'Spare parts', '', '2026-12-22'),
      open(15, 'Winter tyres', '', '2027-02-01'),
    ],
  });
});
afterAll(() => org.close());

it('the list of stale deals adds up to the stale pipeline', async () => {
  expect(await org.metric('open_pipeline_stale')).toEqual([1400, 700]);
  expect(await org.ask('select sum(amount)::int as sum, count(*)::int as n from salesops.stale_deal')).toEqual([
    { sum: 700, n: 2 },
  ]);
  expect(await org.metric('open_pipeline_healthy')).toEqual([60, 60]);
});

it('open deals without an amount are counted apart', async () => {
  expect(await org.metric('open_pipeline')).toEqual([1460, 760]);
  expect(await org.metric('open_deals_without_amount')).toEqual([2, 2]);
  expect(await org.metric('open_deals_without_amount', '2026-Q4')).toEqual([1, 1]);
  // Not known of no deals at all is not 0: in this quarter all that there is has no amount.
  expect(await org.metric('open_pipeline', '2027-Q1')).toEqual([null, null]);
});

it('a next step says something only where somebody in the org writes one', async () => {
  const findings = "select count(*)::int as n from quality.finding where rule_id = 'opportunity-next-step-missing'";
  expect(await org.ask(findings)).toEqual([{ n: 1 }]);
  await org.db.query(sql`update standard.opportunity set next_step = null, _version = nextval('mirror.version')`);
  // What is asked of the whole org is asked once a day.
  await org.again('2026-11-21');
  expect(await org.ask(`${findings} and closed_at is null`)).toEqual([{ n: 0 }]);
});
