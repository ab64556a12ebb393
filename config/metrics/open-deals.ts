import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Open deals',
  description: 'Open deals that are not left out of the forecast, by the day they are expected to close',
  unit: 'count',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'count', where: 'is_open' },
  dimensions: ['owner', 'team', 'account', 'stage', 'type', 'lead_source'],
  doors: { salesops: ['pipeline'], revops: ['pipeline'] },
  needs: { Opportunity: ['IsClosed', 'ForecastCategory'] },
  examples: [
    {
      says: 'omitted deals are not counted, deals without an amount are',
      rows: {
        fct_opportunity: [
          { amount: 5, close_on: '2026-07-01' },
          { amount: null, close_on: '2026-07-01' },
          { amount: 5, close_on: '2026-07-01', forecast_category: 'Omitted' },
          { amount: 5, close_on: '2026-07-01', counts_in_clean: false },
        ],
      },
      gives: [{ period: '2026-Q3', raw: 3, clean: 2 }],
    },
  ],
});
