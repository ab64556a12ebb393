import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'simple',
  title: 'Customer value to date',
  description:
    'Mean gross profit of all won deals of a customer to date, by the gross margin of the month each closed, by the day of the first; a customer with a deal whose margin or amount is not known is left out',
  unit: 'money',
  fact: 'customer',
  time: 'first_won_on',
  measure: { aggregate: 'average', of: 'gross_profit', money: true },
  dimensions: ['owner', 'channel', 'account'],
  doors: { revops: ['customer_value'] },
  needs: { 'input:margin': ['margin'], Opportunity: ['Amount', 'AccountId', 'IsWon'] },
  examples: [
    {
      says: 'a customer in two accounts halves the mean; an unknown margin is no 0',
      rows: {
        fct_customer: [
          {
            are_accounts_joined: false,
            are_deals_joined: false,
            customer_key: 'a1',
            first_won_on: '2026-02-10',
            amount: 100,
            gross_profit: 80,
          },
          {
            are_accounts_joined: false,
            are_deals_joined: false,
            customer_key: 'a2',
            first_won_on: '2026-02-11',
            amount: 100,
            gross_profit: 80,
          },
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            customer_key: 'acme',
            first_won_on: '2026-02-10',
            amount: 200,
            gross_profit: 160,
          },
          {
            are_accounts_joined: true,
            are_deals_joined: true,
            customer_key: 'z',
            first_won_on: '2026-02-10',
            amount: 7,
          },
        ],
      },
      gives: [
        { period: '2026-Q1', raw: 80, clean: 160 },
        { slice: 'account:acme', raw: null, clean: 160 },
        { slice: 'account:z', raw: null, clean: null },
      ],
    },
  ],
});
