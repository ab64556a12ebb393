import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Marketing sourced revenue',
  description:
    'Amount of won deals with a primary campaign, or whose person answered a campaign by the day the deal was created',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', where: 'is_won and is_marketing_sourced', money: true },
  dimensions: ['owner', 'team', 'account', 'lead_source'],
  doors: { revops: ['marketing'] },
  needs: { Opportunity: ['Amount', 'IsWon', 'CampaignId'], CampaignMember: ['HasResponded', 'FirstRespondedDate'] },
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
  ],
});
