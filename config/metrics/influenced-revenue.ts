import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Influenced revenue',
  description:
    'Amount of won deals of whose people anybody answered a campaign in the year before the deal was created, each whole. Not to be summed over campaigns: a deal has many',
  unit: 'money',
  fact: 'attribution',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', where: `is_won and model = 'first' and weight = 1`, money: true },
  dimensions: ['owner', 'team'],
  doors: { revops: ['marketing'] },
  needs: { CampaignMember: ['HasResponded', 'FirstRespondedDate'], Opportunity: ['Amount', 'IsWon'] },
  examples: [
    {
      says: 'a deal with two answers counts once, with its whole amount',
      rows: {
        fct_opportunity: [
          { opportunity_id: 'a', owner_id: 'u', amount: 1000, is_won: true, close_on: '2026-02-10' },
          { opportunity_id: 'b', owner_id: 'u', amount: 50, is_won: true, close_on: '2026-02-11' },
        ],
        fct_attribution: [
          { opportunity_id: 'a', campaign_member_id: '1', by_person: true, model: 'first', weight: 1 },
          { opportunity_id: 'a', campaign_member_id: '2', by_person: true, model: 'first', weight: 0 },
          { opportunity_id: 'a', campaign_member_id: '2', by_person: true, model: 'last', weight: 1 },
          { opportunity_id: 'a', campaign_member_id: '1', by_person: false, model: 'first', weight: 1 },
        ],
      },
      gives: [{ period: '2026-Q1', slice: 'owner:u', raw: 1000, clean: 1000 }],
    },
  ],
});
