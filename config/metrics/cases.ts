import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Cases',
  description:
    'Cases by the day they were created; by account on clean those of a company, and of a case without an account that of its contact',
  unit: 'count',
  fact: 'case',
  time: 'created_on',
  measure: { aggregate: 'count' },
  dimensions: ['owner', 'account', 'priority', 'origin'],
  doors: { revops: ['service'] },
  needs: { Case: ['CreatedDate', 'AccountId'] },
  examples: [
    {
      says: 'the cases of two accounts of one company are of one customer, one of a contact alone is of the company of the contact',
      rows: {
        fct_case: [
          { created_on: '2026-01-10', account_id: 'a1', account_key: 'acme' },
          { created_on: '2026-01-11', account_id: 'a2', account_key: 'acme' },
          { created_on: '2026-01-12', linked_account_key: 'acme' },
          { created_on: '2026-04-11', account_id: 'z1', account_key: 'zed' },
        ],
      },
      gives: [
        { raw: 4, clean: 4 },
        { slice: 'account:acme', raw: null, clean: 3 },
        { slice: 'account:a1', raw: 1, clean: null },
        { slice: 'account:none', raw: 1, clean: null },
      ],
    },
  ],
});
