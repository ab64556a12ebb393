/** Credit for won deals by the day the deal closed: shares, and what nobody has a share of. */
import type { Fact } from '../fact.ts';

export default {
  name: 'credit',
  title: 'Credit for deals',
  from: 'fct_opportunity_credit',
  id: 'opportunity_id',
  object: 'Opportunity',
  joins: 'join unified.fct_opportunity o on o.connection_id = f.connection_id and o.opportunity_id = f.opportunity_id',
  where: 'o.is_won and (not b.deals or o.counts_in_clean)',
  columns: {
    connection_id: 'f.connection_id',
    opportunity_id: 'f.opportunity_id',
    owner_id: 'f.owner_id',
    split_type: 'f.split_type',
    close_on: 'o.close_on',
    amount: 'f.credit_rate * case when b.deals then o.amount_counted else o.amount end',
    currency: `coalesce(o.currency, 'none')`,
  },
  times: ['close_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    split_type: { column: 'split_type', keys: 'of all' },
  },
  currency: 'currency',
  amount: 'amount',
} satisfies Fact;
