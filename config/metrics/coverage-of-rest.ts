import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Pipeline coverage of the rest',
  description:
    'Open pipeline expected to close in the period, by what is left of the quota after what is credited; no value once the quota is reached. Of a manager it is that of the whole team',
  unit: 'rate',
  inputs: {
    open: { metric: 'open_pipeline', ofTeam: true },
    quota: 'quota',
    won: { metric: 'credited_amount', ofTeam: true },
  },
  expression: 'case when quota > won then open / (quota - won) end',
  n: 'open',
  dimensions: ['owner'],
  doors: { salesops: ['quota_attainment'] },
  needs: { Opportunity: ['Amount', 'CloseDate', 'IsWon'], ForecastingQuota: ['QuotaAmount'] },
  examples: [
    {
      says: 'what is won needs no cover, and a quota that is reached none at all',
      rows: {
        fct_quota: [
          { owner_id: 'rita', quota_amount: 200, start_on: '2026-04-01', end_on: '2026-06-30', currency: 'USD' },
          { owner_id: 'rita', quota_amount: 10, start_on: '2026-01-01', end_on: '2026-03-31', currency: 'USD' },
        ],
        fct_opportunity: [
          { opportunity_id: 'a', amount: 50, is_won: true, is_closed: true, close_on: '2026-04-10', owner_id: 'rita' },
          { amount: 300, close_on: '2026-06-10', owner_id: 'rita' },
          { amount: 300, close_on: '2026-06-10', owner_id: 'rita', counts_in_clean: false },
          { opportunity_id: 'b', amount: 50, is_won: true, is_closed: true, close_on: '2026-02-10', owner_id: 'rita' },
          { amount: 5, close_on: '2026-02-10', owner_id: 'rita' },
        ],
        fct_opportunity_credit: [
          { opportunity_id: 'a', owner_id: 'rita', credit_rate: 1 },
          { opportunity_id: 'b', owner_id: 'rita', credit_rate: 1 },
        ],
      },
      gives: [
        { period: '2026-Q2', raw: 4, clean: 2 },
        { period: '2026-Q1', raw: null, clean: null },
      ],
    },
    {
      says: 'a share of a deal of somebody else is won too, and what a team has covers the quota of its manager',
      rows: {
        fct_quota: [
          { owner_id: 'mona', quota_amount: 500, start_on: '2026-04-01', end_on: '2026-06-30', currency: 'USD' },
          {
            owner_id: 'sven',
            quota_amount: 100,
            start_on: '2026-04-01',
            end_on: '2026-06-30',
            currency: 'USD',
            is_top: false,
          },
        ],
        team_member: [
          { team_id: 'mona', user_id: 'mona', depth: 0 },
          { team_id: 'mona', user_id: 'rita', depth: 1 },
          { team_id: 'mona', user_id: 'sven', depth: 1 },
        ],
        fct_opportunity: [
          { opportunity_id: 'a', amount: 200, is_won: true, is_closed: true, close_on: '2026-04-10', owner_id: 'rita' },
          { amount: 600, close_on: '2026-06-10', owner_id: 'rita' },
          { amount: 15, close_on: '2026-06-11', owner_id: 'sven' },
        ],
        fct_opportunity_credit: [
          { opportunity_id: 'a', owner_id: 'rita', credit_rate: 0.65 },
          { opportunity_id: 'a', owner_id: 'sven', credit_rate: 0.35 },
        ],
      },
      gives: [
        { period: '2026-Q2', slice: 'owner:sven', raw: 0.5, clean: 0.5 },
        { period: '2026-Q2', slice: 'owner:mona', raw: 2.05, clean: 2.05 },
        { period: '2026-Q2', raw: 2.05, clean: 2.05 },
      ],
    },
  ],
});
