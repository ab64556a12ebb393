/** Deals, by the day they closed or were created. */
import { acrossOrgs, type Fact } from '../fact.ts';

export default {
  name: 'opportunity',
  title: 'Deals',
  from: 'fct_opportunity',
  id: 'opportunity_id',
  object: 'Opportunity',
  where: 'not b.deals or f.counts_in_clean',
  columns: {
    connection_id: 'f.connection_id',
    opportunity_id: 'f.opportunity_id',
    account: `case when f.account_id is null then case when b.links then f.linked_account_key end
      when b.accounts then f.account_key else f.account_id end`,
    customer: `case when f.account_id is null then case when b.links then f.linked_account_key end
      when b.accounts then f.account_key else ${acrossOrgs('f.account_id')} end`,
    owner_id: 'f.owner_id',
    // A group of copies counts the surviving amount.
    amount: 'case when b.deals then f.amount_counted else f.amount end',
    amount_record: 'case when b.deals then coalesce(f.amount_record, f.amount_counted) else f.amount_record end',
    currency: `coalesce(f.currency, 'none')`,
    probability_rate: 'f.probability_rate',
    is_closed: 'f.is_closed',
    is_won: 'f.is_won',
    is_lost: 'f.is_closed and f.is_won is not true',
    is_open: `not f.is_closed and f.forecast_category is distinct from 'Omitted' and not (b.stale and f.is_stale)`,
    is_stale: 'f.is_stale',
    is_marketing_sourced: 'case when b.people then f.is_marketing_sourced else f.is_marketing_sourced_raw end',
    cycle_days: 'f.cycle_days',
    created_on: 'f.created_on',
    close_on: 'f.close_on',
    won_on: 'case when f.is_won then f.close_on end',
    stage_name: 'f.stage_name',
    forecast_category: 'f.forecast_category',
    type: 'f.type',
    lead_source: 'f.lead_source',
    campaign_id: 'f.campaign_id',
  },
  times: ['close_on', 'created_on'],
  dimensions: {
    owner: { column: 'owner_id', keys: 'of the org' },
    account: {
      column: 'account',
      keys: {
        connection: `case when b.accounts or b.links and f.account_id is null then '*' else f.connection_id end`,
      },
      isAllOnly: true,
    },
    stage: { column: 'stage_name', keys: 'of all' },
    type: { column: 'type', keys: 'of all' },
    lead_source: { column: 'lead_source', keys: 'of all' },
    campaign: { column: 'campaign_id', keys: 'of the org' },
  },
  currency: 'currency',
  amount: 'amount',
  alike: { amount_counted: 'amount' },
  blank: {
    counts_in_clean: true,
    is_closed: false,
    is_won: false,
    is_stale: false,
    is_marketing_sourced: false,
    is_marketing_sourced_raw: false,
    currency: 'USD',
  },
} satisfies Fact;
