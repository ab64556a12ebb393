import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Revenue by linear attribution',
  description:
    'Amount of won deals by the campaigns that people of the deal answered in the year before it was created: all answers have the same share',
  unit: 'money',
  fact: 'attribution',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount * weight', where: `is_won and model = 'linear'`, money: true },
  n: { aggregate: 'distinct', of: 'deal', where: `is_won and model = 'linear'` },
  dimensions: ['campaign', 'channel'],
  doors: { revops: ['attribution'] },
  needs: { CampaignMember: ['HasResponded', 'FirstRespondedDate'], Opportunity: ['Amount', 'IsWon'] },
  examples: [
    {
      says: 'campaigns come to the deal, and a deal that was lost to nothing',
      rows: {
        fct_opportunity: [
          { opportunity_id: 'a', amount: 1000, is_won: true, close_on: '2026-02-10' },
          { opportunity_id: 'b', amount: 50, is_won: true, close_on: '2026-02-11' },
          { opportunity_id: 'c', amount: 9, is_closed: true, close_on: '2026-02-12' },
        ],
        dim_campaign: [
          { campaign_id: 'x', type: 'Webinar' },
          { campaign_id: 'y', type: 'Email' },
        ],
        fct_attribution: [
          {
            opportunity_id: 'a',
            campaign_member_id: '1',
            campaign_id: 'x',
            by_person: true,
            model: 'linear',
            weight: 0.333333,
          },
          {
            opportunity_id: 'a',
            campaign_member_id: '2',
            campaign_id: 'y',
            by_person: true,
            model: 'linear',
            weight: 0.333333,
          },
          {
            opportunity_id: 'a',
            campaign_member_id: '3',
            campaign_id: 'x',
            by_person: true,
            model: 'linear',
            weight: 0.333334,
          },
          // Another model, and what raw knows.
          {
            opportunity_id: 'a',
            campaign_member_id: '1',
            campaign_id: 'x',
            by_person: true,
            model: 'other',
            weight: 1,
          },
          {
            opportunity_id: 'b',
            campaign_member_id: '4',
            campaign_id: 'y',
            by_person: false,
            model: 'linear',
            weight: 1,
          },
          {
            opportunity_id: 'c',
            campaign_member_id: '5',
            campaign_id: 'y',
            by_person: true,
            model: 'linear',
            weight: 1,
          },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 50, clean: 1000 },
        { period: '2026-Q1', slice: 'channel:Webinar', raw: null, clean: 666.667 },
        { period: '2026-Q1', slice: 'channel:Email', raw: 50, clean: 333.333 },
      ],
    },
  ],
});
