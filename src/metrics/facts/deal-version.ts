/** Deals as they were, from one change to the next. */
import type { Fact } from '../fact.ts';

export default {
  name: 'deal_version',
  title: 'Deals as they were',
  from: 'fct_opportunity_version',
  id: 'opportunity_id',
  object: null,
  where: 'not b.deals or f.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    opportunity_id: 'f.opportunity_id',
    owner_id: 'f.owner_id',
    close_on: 'f.close_on',
    is_open: 'f.is_open',
    amount: 'case when b.deals then f.amount_clean else f.amount end',
    currency: `coalesce(f.currency, 'none')`,
    valid_from_on: 'f.valid_from_on',
    valid_to_on: 'f.valid_to_on',
  },
  times: [],
  dimensions: {},
  currency: 'currency',
  amount: 'amount',
  blank: { counts_in_clean: true, is_open: true },
  alike: { amount_clean: 'amount' },
} satisfies Fact;
