import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Cases',
  description: 'Cases by the day they were created',
  unit: 'count',
  fact: 'case',
  time: 'created_on',
  measure: { aggregate: 'count' },
  dimensions: ['owner', 'account', 'priority', 'origin'],
  doors: { revops: ['service'] },
  needs: { Case: ['CreatedDate', 'AccountId'] },
  examples: [
    {
      says: 'the cases of two accounts of one company are of one customer',
      rows: {
        fct_case: [
          { created_on: '2026-01-10', account_key: 'acme' },
          { created_on: '2026-01-11', account_key: 'acme' },
          { created_on: '2026-04-11', account_key: 'zed' },
        ],
      },
      gives: [
        { raw: 3, clean: 3 },
        { slice: 'account:acme', raw: 2, clean: 2 },
      ],
    },
  ],
});
