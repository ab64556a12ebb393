/** What is earned of customers, and of sales without an account, month by month. */
import type { Fact } from '../fact.ts';

export default {
  name: 'account_revenue',
  title: 'Revenue by month',
  from: 'fct_account_month',
  id: 'customer_key',
  object: null,
  where: 'f.are_accounts_joined = b.accounts and f.are_deals_joined = b.deals',
  columns: {
    connection_id: 'f.connection_id',
    customer_key: 'f.customer_key',
    month: 'f.month',
    currency: 'f.currency',
    amount: 'f.closing + f.once',
  },
  times: ['month'],
  dimensions: {},
  currency: 'currency',
  amount: 'amount',
} satisfies Fact;
