import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'People',
  description: 'On raw contacts and leads, on clean the people behind them',
  unit: 'count',
  fact: 'person',
  time: null,
  measure: { aggregate: 'sum', of: 'people' },
  n: { aggregate: 'sum', of: 'record_count' },
  doors: { revops: ['acquisition'] },
  needs: { Contact: ['LastName'] },
  examples: [
    {
      says: 'one person of two records and one of one',
      rows: { dim_person: [{ record_count: 2 }, { record_count: 1 }] },
      gives: [{ raw: 3, clean: 2 }],
    },
  ],
});
