/** Customers by the day of their first won deal. */
import type { Fact } from '../fact.ts';

export default {
  name: 'customer',
  title: 'Customers',
  from: 'fct_customer',
  id: 'customer_key',
  object: null,
  where: 'f.are_accounts_joined = b.accounts and f.are_deals_joined = b.deals',
  columns: {
    connection_id: 'f.connection_id',
    customer_key: 'f.customer_key',
    first_won_on: 'f.first_won_on',
    owner_id: 'f.owner_id',
    channel: 'f.channel',
    gross_profit: 'f.gross_profit',
    amount: 'f.amount',
    currency: `coalesce(f.currency, 'several')`,
  },
  times: ['first_won_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    channel: { column: 'channel', keys: 'of all' },
    account: {
      column: 'customer_key',
      keys: { connection: `case when b.accounts then '*' else f.connection_id end` },
      isAllOnly: true,
    },
  },
  currency: 'currency',
  amount: 'amount',
  blank: { currency: 'USD' },
} satisfies Fact;
