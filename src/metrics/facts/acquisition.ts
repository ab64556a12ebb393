/** Spend, and the customers won in months whose spend is known, by month. */
import type { Fact } from '../fact.ts';

export default {
  name: 'acquisition',
  title: 'Spend and the customers it won',
  from: 'fct_acquisition',
  id: 'acquisition_id',
  object: null,
  where: 'f.are_accounts_joined is null or (f.are_accounts_joined = b.accounts and f.are_deals_joined = b.deals)',
  columns: {
    connection_id: `'*'`,
    acquisition_id: 'f.acquisition_id',
    kind: 'f.kind',
    month: 'f.month',
    channel: 'f.channel',
    is_paid: 'f.is_paid',
    amount: 'f.amount',
    currency: `coalesce(f.currency, 'none')`,
  },
  times: ['month'],
  dimensions: { channel: { column: 'channel', keys: 'of all' } },
  currency: 'currency',
  amount: 'amount',
} satisfies Fact;
