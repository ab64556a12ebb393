/** Shares of deals that answers to campaigns are credited with, by the day the deal closed. */
import { acrossOrgs, type Fact } from '../fact.ts';

export default {
  name: 'attribution',
  title: 'Credit of campaigns',
  from: 'fct_attribution',
  id: 'campaign_member_id',
  object: null,
  joins: `join unified.fct_opportunity o on o.connection_id = f.connection_id and o.opportunity_id = f.opportunity_id
    left join unified.dim_campaign c on c.connection_id = f.connection_id and c.campaign_id = f.campaign_id`,
  where: 'f.by_person = b.people and (not b.deals or o.counts_in_clean)',
  columns: {
    connection_id: 'f.connection_id',
    campaign_member_id: 'f.campaign_member_id',
    opportunity_id: 'f.opportunity_id',
    deal: acrossOrgs('f.opportunity_id'),
    model: 'f.model',
    weight: 'f.weight',
    campaign_id: 'f.campaign_id',
    channel: 'c.type',
    owner_id: 'o.owner_id',
    is_won: 'o.is_won',
    close_on: 'o.close_on',
    amount: 'case when b.deals then o.amount_counted else o.amount end',
    currency: `coalesce(o.currency, 'none')`,
  },
  times: ['close_on'],
  dimensions: {
    campaign: { column: 'campaign_id', keys: 'of the org' },
    channel: { column: 'channel', keys: 'of all' },
    owner: { column: 'owner_id', keys: 'of the org' },
  },
  currency: 'currency',
  amount: 'amount',
} satisfies Fact;
