/** The history of deals of an org of hand-made rows becomes how long each is in its stage, and which are stuck there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Published, publishOrg } from './org.ts';

const una = '0055g0000000001AAA';
const account = '0015g0000000001AAA';
const deal = (n: number) => `0065g00000000${n}AAA`;
const wonCount = 20;

let org: Published;
beforeAll(async () => {
  let count = 100;
  const row = (n: number, stage: string, amount: number, created: string, isWon = false) => [
    deal(n),
    account,
    una,
    `Order number ${n}`,
    stage,
    amount,
    isWon,
    isWon,
    isWon ? '2026-03-01' : '2026-12-20',
    `${created}T09:00:00.000Z`,
    '2026-11-19',
  ];
  const change = (n: number, stage: string, amount: number, day: string) => [
    `0085g0000000${count++}AAA`,
    deal(n),
    stage,
    amount,
    `${day}T09:00:00.000Z`,
  ];
  const won = Array.from({ length: wonCount }, (_, at) => 10 + at);
  org = await publishOrg({
    Account: [
      ['Id', 'Name', 'OwnerId'],
      [account, 'Hazel Pumps', una],
    ],
    Opportunity: [
      'Id AccountId OwnerId Name StageName Amount IsClosed IsWon CloseDate CreatedDate LastActivityDate'.split(' '),
      // Created long ago and just come in; only its amount was touched since; in a stage that takes its time; nothing known.
      row(50, 'Talks', 500, '2026-06-01'),
      row(51, 'Talks', 70, '2026-06-01'),
      row(52, 'Proposal', 30, '2026-10-31'),
      row(53, 'Talks', 4, '2026-06-01'),
      // Longer than any of the above has been open.
      ...won.map((n) => row(n, 'Closed Won', n, '2025-08-01', true)),
    ],
    OpportunityHistory: [
      'Id OpportunityId StageName Amount CreatedDate'.split(' '),
      change(50, 'Qualification', 500, '2026-06-01'),
      change(50, 'Talks', 500, '2026-11-18'),
      change(51, 'Talks', 60, '2026-06-01'),
      change(51, 'Talks', 70, '2026-11-18'),
      change(52, 'Proposal', 30, '2026-10-31'),
      // 30 days in a stage, in which the amount was written every other week.
      ...won.flatMap((n) => [
        change(n, 'Proposal', 1, '2026-01-01'),
        change(n, 'Proposal', 2, '2026-01-11'),
        change(n, 'Proposal', n, '2026-01-21'),
        change(n, 'Closed Won', n, '2026-01-31'),
      ]),
    ],
  });
});
afterAll(() => org.close());

it('a deal is stuck by the day it came into its stage, not by its creation or the last change of its amount', async () => {
  const stuck = await org.ask(`select record_id from quality.finding
    where rule_id = 'opportunity-stage-stuck' and closed_at is null order by 1`);
  expect(stuck).toEqual([{ record_id: deal(51) }, { record_id: deal(53) }]);
  expect(await org.metric('open_pipeline_healthy')).toEqual([530, 530]);
  expect(await org.metric('open_pipeline_stale')).toEqual([74, 74]);
});

it('changes of the amount do not cut a stay into pieces', async () => {
  const [stays] = await org.ask(`select count(*)::int as n, min(stage_days)::float as days
    from unified.fct_opportunity_stage_visit where stage_name = 'Proposal' and left_at is not null`);
  expect(stays).toEqual({ n: wonCount, days: 30 });
});
