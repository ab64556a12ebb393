import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Open pipeline',
  description: 'Amount of open deals that are not left out of the forecast, by the day they are expected to close',
  unit: 'money',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'sum', of: 'amount', where: 'is_open', money: true },
  dimensions: ['owner', 'team', 'account', 'stage', 'type', 'lead_source'],
  doors: { salesops: ['pipeline'], revops: ['pipeline'] },
  needs: { Opportunity: ['Amount', 'IsClosed', 'ForecastCategory', 'CloseDate'] },
  examples: [
    {
      says: 'past close dates stay in, omitted deals do not, and an unknown amount is no 0',
      rows: {
        fct_opportunity: [
          { amount: 40, close_on: '2026-07-01', stage_name: 'Talk' },
          { amount: 60, close_on: '2026-03-01', is_stale: true, stage_name: 'New' },
          { amount: 60, close_on: '2026-03-01', is_stale: true, stage_name: 'New', counts_in_clean: false },
          { amount: 999, close_on: '2026-07-02', forecast_category: 'Omitted' },
          { amount: 500, close_on: '2026-07-03', is_closed: true },
          { amount: null, close_on: '2027-07-03' },
        ],
      },
      gives: [
        { raw: 160, clean: 100 },
        { period: '2026-Q1', slice: 'stage:New', raw: 120, clean: 60 },
        { period: '2027-Q3', raw: null, clean: null },
      ],
    },
  ],
});
