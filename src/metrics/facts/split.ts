/** Shares of deals by the day the deal closed. */
import type { Fact } from '../fact.ts';

export default {
  name: 'split',
  title: 'Shares of deals',
  from: 'fct_opportunity_split',
  id: 'split_id',
  object: 'OpportunitySplit',
  joins: 'join unified.fct_opportunity o on o.connection_id = f.connection_id and o.opportunity_id = f.opportunity_id',
  where: 'not b.deals or o.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    split_id: 'f.split_id',
    owner_id: 'f.owner_id',
    split_type: 'f.split_type',
    opportunity_id: 'f.opportunity_id',
    split_rate: 'f.split_rate',
    // Other fields of a deal may be split too, such as a quantity: their shares are none of the amount.
    is_credit: `coalesce(f.is_total_validated, false) and coalesce(f.split_field, 'Amount') = 'Amount'`,
    is_won: 'o.is_won',
    close_on: 'o.close_on',
    amount: 'f.amount',
    currency: `coalesce(f.currency, 'none')`,
  },
  times: ['close_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    split_type: { column: 'split_type', keys: 'of all' },
  },
  currency: 'currency',
  amount: 'amount',
} satisfies Fact;
