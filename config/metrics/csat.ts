import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Satisfied customers (CSAT)',
  description:
    'Answers of 4 and 5 by all answers to how satisfied a customer was with a case, by the day the case was created; cases without an answer are on neither side',
  unit: 'rate',
  fact: 'case',
  time: 'created_on',
  numerator: { aggregate: 'count', where: 'satisfaction >= 4' },
  denominator: { aggregate: 'count', where: 'satisfaction is not null' },
  dimensions: ['owner', 'account', 'priority', 'origin'],
  doors: { revops: ['service'] },
  needs: { Case: ['CreatedDate', 'CSAT__c'] },
  examples: [
    {
      says: 'no answer is no bad one, and where nobody answered there is no rate',
      rows: {
        fct_case: [
          { created_on: '2026-01-10', account_id: 'a1', account_key: 'acme', satisfaction: 5 },
          { created_on: '2026-01-11', account_id: 'a2', account_key: 'acme', satisfaction: 3 },
          { created_on: '2026-01-12', account_id: 'a2', account_key: 'acme' },
          { created_on: '2026-02-11', account_id: 'z1', account_key: 'zed', satisfaction: 4 },
          { created_on: '2026-05-11', account_id: 'z1', account_key: 'zed' },
        ],
      },
      gives: [
        { period: '2026-01', raw: 0.5, clean: 0.5 },
        { slice: 'account:acme', raw: null, clean: 0.5 },
        { slice: 'account:a2', raw: 0, clean: null },
        { period: '2026-Q2', raw: null, clean: null },
      ],
    },
  ],
});
