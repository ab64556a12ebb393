-- grain: one open deal that a staleness rule points at
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- account_key: Company in dim_account
-- owner_id: Owner, a user
-- name: Name of the deal
-- amount: Amount in the record currency
-- close_on: Day it is expected to close
-- stale_reason: Rules that found it stale
select connection_id, opportunity_id, account_key, owner_id, name, amount, close_on, stale_reason
from unified.fct_opportunity
where is_stale and not is_closed
