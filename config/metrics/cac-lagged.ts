import { defineMetric } from '../../src/model/metric.ts';

export default defineMetric({
  kind: 'derived',
  title: 'Cost of a new customer, by the spend before',
  description:
    'All spend on marketing and sales of the period before by the new customers of the period, where winning one takes about a period; for another lag write a file of your own with more periodsBack',
  unit: 'money',
  inputs: { spend: { metric: 'marketing_and_sales_spend', periodsBack: 1 }, customers: 'new_customers' },
  expression: 'spend / nullif(customers, 0)',
  n: 'customers',
  doors: { revops: ['acquisition'] },
  needs: { 'input:spend': ['month', 'amount'], Opportunity: ['AccountId', 'IsWon', 'CloseDate'] },
  examples: [
    {
      says: 'the spend of one quarter is for the customers of the next; copies make them look cheap, and without spend before there is no cost',
      rows: {
        fct_spend: [
          { spend_id: 'input 1', month: '2026-01-01', amount: 900 },
          { spend_id: 'input 2', month: '2026-05-01', amount: 50 },
        ],
        fct_customer: [
          { customer_key: 'a', first_won_on: '2026-02-10', are_accounts_joined: true, are_deals_joined: true },
          { customer_key: 'b', first_won_on: '2026-04-10', are_accounts_joined: true, are_deals_joined: true },
          { customer_key: 'b1', first_won_on: '2026-04-10', are_accounts_joined: false, are_deals_joined: false },
          { customer_key: 'b2', first_won_on: '2026-04-11', are_accounts_joined: false, are_deals_joined: false },
        ],
      },
      gives: [
        { period: '2026-Q2', raw: 450, clean: 900 },
        { period: '2026-Q1', raw: null, clean: null },
      ],
    },
  ],
});
