import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Marketing sourced revenue',
  description:
    'Amount of won deals with a primary campaign, or whose person answered a campaign by the day the deal was created; without campaigns nobody knows',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: {
    aggregate: 'sum',
    of: 'case when is_marketing_sourced then amount end',
    where: 'is_won and coalesce(is_marketing_sourced, true)',
    money: true,
  },
  n: { aggregate: 'count', where: 'is_won and is_marketing_sourced' },
  dimensions: ['owner', 'team', 'account', 'lead_source'],
  doors: { revops: ['marketing'] },
  needs: { Opportunity: ['Amount', 'IsWon'] },
  needsOneOf: [{ Campaign: ['Type'] }, { CampaignMember: ['HasResponded'] }, { Opportunity: ['CampaignId'] }],
  examples: [
    {
      says: 'on clean every record of the person counts; a win nobody answered for is not sourced',
      rows: {
        fct_opportunity: [
          { amount: 100, is_won: true, close_on: '2026-02-10', is_marketing_sourced: true },
          {
            amount: 40,
            is_won: true,
            close_on: '2026-02-10',
            is_marketing_sourced: true,
            is_marketing_sourced_raw: true,
          },
          { amount: 60, is_won: true, close_on: '2026-03-10' },
        ],
      },
      gives: [{ period: '2026-Q1', raw: 40, clean: 140 }],
    },
    {
      says: 'where there are no campaigns nobody knows, which is not 0',
      rows: {
        fct_opportunity: [
          {
            amount: 100,
            is_won: true,
            close_on: '2026-02-10',
            is_marketing_sourced: null,
            is_marketing_sourced_raw: null,
          },
          { amount: 60, is_won: true, close_on: '2026-05-10' },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: null, clean: null },
        { period: '2026-Q2', raw: 0, clean: 0 },
      ],
    },
  ],
});
