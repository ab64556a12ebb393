-- grain: one Salesforce opportunity from one change of it to the next; versions from before the first sync are from the histories that Salesforce keeps
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- valid_from: When it became so
-- valid_to: When it became something else; null while it is so
-- name: Name of the deal
-- account_id: Salesforce account
-- owner_id: Owner, a user
-- stage_name: Stage
-- forecast_category: Forecast category
-- close_on: Day it closed or was expected to
-- amount: Amount in the currency beside it, the corporate one where the org says its rate
-- amount_clean: What the clean basis counts: the surviving amount of its deal
-- amount_record: Amount in the currency of the record
-- currency: Currency of amount
-- is_closed: Closed, won or lost
-- is_won: Won
-- is_open: Neither closed, nor deleted, nor left out of the forecast
-- is_deleted: Deleted in Salesforce
-- counts_in_clean: Counted on the clean basis, as duplicates were known then; before the first sync, as they were known with it
-- created_at: When it was created in Salesforce
-- source: sync: seen by Assay; history: from OpportunityHistory or field history
-- valid_from_on: Day it became so, in the time zone of the org
-- valid_to_on: Day it became something else
with {{zone}}
select
  v.connection_id, opportunity_id, valid_from, valid_to, v.name, account_id, owner_id, stage_name, forecast_category, close_on, amount,
  amount_clean, amount_record, currency, is_closed, is_won,
  not is_closed and not is_deleted and forecast_category is distinct from 'Omitted' as is_open, is_deleted, counts_in_clean, created_at, source,
  (valid_from at time zone coalesce(zone.name, 'utc'))::date as valid_from_on, (valid_to at time zone coalesce(zone.name, 'utc'))::date as valid_to_on
from history.opportunity_version v
left join zone on zone.connection_id = v.connection_id
