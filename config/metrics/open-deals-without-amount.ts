import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Open deals without an amount',
  description: 'Open deals without an amount, which open_pipeline cannot count, by the day they are expected to close',
  unit: 'count',
  fact: 'opportunity',
  time: 'close_on',
  measure: { aggregate: 'count', where: 'is_open and amount_record is null' },
  n: { aggregate: 'count', where: 'is_open' },
  dimensions: ['owner', 'team', 'account', 'stage'],
  doors: { salesops: ['pipeline'], revops: ['pipeline'] },
  needs: { Opportunity: ['Amount', 'IsClosed'] },
  examples: [
    {
      says: 'an amount of 0 is an amount',
      rows: {
        fct_opportunity: [
          { close_on: '2026-07-01', amount_record: null },
          { close_on: '2026-07-02', amount_record: 0 },
          { close_on: '2026-07-03', amount_record: null, forecast_category: 'Omitted' },
        ],
      },
      gives: [{ raw: 1, clean: 1 }],
    },
  ],
});
