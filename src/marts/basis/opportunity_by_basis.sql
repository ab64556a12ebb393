-- grain: one opportunity on one basis; raw has all of them, clean those that count once
-- basis: raw or clean
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- account: Salesforce account on raw, company on clean
-- owner_id: Owner, a user
-- amount: Amount, in the corporate currency where the org says its rate; on clean the surviving one of the deal
-- is_closed: Closed, won or lost
-- is_won: Won
-- is_open: Neither closed nor left out of the forecast
-- is_stale: An open staleness finding points at it
-- is_marketing_sourced: Credited to marketing on this basis
-- cycle_days: Days from creation to close of a won deal
-- close_on: Day it closed or is expected to
-- quarter: Calendar quarter of that day
-- amount_record: Amount in the currency of the record
-- currency: Currency of amount; none where the org does not name any
select
  b.basis, o.connection_id, o.opportunity_id, case b.basis when 'raw' then o.account_id else o.account_key end as account,
  o.owner_id, case b.basis when 'raw' then o.amount else o.amount_counted end as amount, o.is_closed, o.is_won,
  not o.is_closed and o.forecast_category is distinct from 'Omitted' as is_open, o.is_stale,
  case b.basis when 'raw' then o.is_marketing_sourced_raw else o.is_marketing_sourced end as is_marketing_sourced,
  o.cycle_days, o.close_on, coalesce(to_char(o.close_on, 'YYYY"-Q"Q'), 'undated') as quarter,
  case b.basis when 'raw' then o.amount_record else coalesce(o.amount_record, o.amount_counted) end as amount_record,
  coalesce(o.currency, 'none') as currency
from unified.fct_opportunity o
cross join (values ('raw'), ('clean')) b (basis)
where b.basis = 'raw' or o.counts_in_clean
