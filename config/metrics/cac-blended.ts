import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Cost of a new customer, blended',
  description:
    'All spend on marketing and sales by the new customers of the same months; months whose spend is not known count on neither side',
  unit: 'money',
  fact: 'acquisition',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'amount', where: "kind <> 'customer'", money: true },
  denominator: { aggregate: 'count', where: "kind = 'customer'" },
  dimensions: ['channel'],
  doors: { revops: ['acquisition', 'customer_value'] },
  needs: { 'input:spend': ['month', 'amount'], Opportunity: ['AccountId', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'copies make customers look cheap; a month without customers has no cost of one',
      rows: {
        fct_acquisition: [
          { kind: 'programme', month: '2026-01-01', channel: 'Web', amount: 300, currency: 'USD' },
          { kind: 'other', month: '2026-01-01', amount: 700, currency: 'USD' },
          { kind: 'programme', month: '2026-04-01', channel: 'Web', amount: 50, currency: 'USD' },
          { kind: 'customer', month: '2026-01-01', are_accounts_joined: false, are_deals_joined: false },
          { kind: 'customer', month: '2026-01-01', are_accounts_joined: false, are_deals_joined: false },
          { kind: 'customer', month: '2026-01-01', are_accounts_joined: true, are_deals_joined: true },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 500, clean: 1000 },
        { period: '2026-Q2', raw: null, clean: null },
        { raw: 525, clean: 1050 },
      ],
    },
    {
      says: 'of two currencies without a rate there is none, and without spend neither',
      rows: {
        fct_acquisition: [
          { kind: 'programme', month: '2026-01-01', amount: 300, currency: 'USD' },
          { kind: 'programme', month: '2026-01-01', amount: 300, currency: 'EUR' },
          { kind: 'customer', month: '2026-01-01', are_accounts_joined: true, are_deals_joined: true },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: null, clean: null },
        { period: '2026-Q3', raw: null, clean: null },
      ],
    },
  ],
});
