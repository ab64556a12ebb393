import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'ratio',
  title: 'Cost of a new customer, paid',
  description: 'Programme spend by the new customers whose channel is one that was paid to, of the same months',
  unit: 'money',
  fact: 'acquisition',
  time: 'month',
  numerator: { aggregate: 'sum', of: 'amount', where: "kind = 'programme'", money: true },
  denominator: { aggregate: 'count', where: "kind = 'customer' and is_paid" },
  dimensions: ['channel'],
  doors: { revops: ['acquisition', 'customer_value'] },
  needs: { 'input:spend': ['month', 'amount'], Opportunity: ['AccountId', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'salaries are no programme, and customers who came by themselves cost nothing',
      rows: {
        fct_acquisition: [
          { kind: 'programme', month: '2026-01-01', channel: 'Web', amount: 300, currency: 'USD' },
          { kind: 'other', month: '2026-01-01', amount: 700, currency: 'USD' },
          {
            kind: 'customer',
            month: '2026-01-01',
            channel: 'Web',
            is_paid: true,
            are_accounts_joined: true,
            are_deals_joined: true,
          },
          {
            kind: 'customer',
            month: '2026-01-01',
            channel: 'Friend',
            is_paid: false,
            are_accounts_joined: true,
            are_deals_joined: true,
          },
        ],
      },
      gives: [
        { period: '2026-01', raw: null, clean: 300 },
        { slice: 'channel:Web', raw: null, clean: 300 },
      ],
    },
  ],
});
