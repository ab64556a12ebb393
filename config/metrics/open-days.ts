import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Age of open deals',
  description:
    'Mean days since the creation of deals that are open today; beside the cycle of those that were won it says what is left lying',
  unit: 'days',
  fact: 'opportunity',
  time: null,
  measure: { aggregate: 'average', of: `current_setting('assay.as_of')::date - created_on`, where: 'is_open' },
  dimensions: ['owner', 'team'],
  doors: { salesops: ['pipeline'] },
  needs: { Opportunity: ['CreatedDate', 'IsClosed'] },
  examples: [
    {
      says: 'a deal that closed or that the forecast omits has no age, nor one of an unknown day',
      rows: {
        fct_opportunity: [
          { created_on: '2026-05-02', owner_id: 'u1' },
          { created_on: '2025-12-03', owner_id: 'u2' },
          { created_on: '2025-12-03', owner_id: 'u2', counts_in_clean: false },
          { created_on: '2020-01-01', is_closed: true },
          { created_on: '2020-01-01', forecast_category: 'Omitted' },
          { owner_id: 'u1' },
        ],
      },
      gives: [
        { raw: 130, clean: 105 },
        { slice: 'owner:u1', raw: 30, clean: 30 },
      ],
    },
  ],
});
