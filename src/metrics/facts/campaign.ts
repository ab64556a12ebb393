/** Campaigns by the day they start. */
import type { Fact } from '../fact.ts';

export default {
  name: 'campaign',
  title: 'Campaigns',
  from: 'dim_campaign',
  id: 'campaign_id',
  object: 'Campaign',
  columns: {
    connection_id: 'f.connection_id',
    campaign_id: 'f.campaign_id',
    type: 'f.type',
    start_on: 'f.start_on',
    actual_cost: 'f.actual_cost',
    budgeted_cost: 'f.budgeted_cost',
    // Where an org names no currency, its costs are of one.
    cost_currency: 'coalesce(f.currency, f.connection_id)',
  },
  times: ['start_on'],
  dimensions: { channel: { column: 'type', keys: 'of all' } },
  currency: 'cost_currency',
  amount: 'actual_cost',
} satisfies Fact;
