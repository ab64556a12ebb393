-- grain: one deal of the clean open pipeline that a staleness rule points at; the amounts add up to open_pipeline_stale
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- account_key: Company in dim_account
-- owner_id: Owner, a user
-- name: Name of the deal
-- amount: Amount that open_pipeline_stale counts
-- close_on: Day it is expected to close
-- stale_reason: Rules that found it stale
select connection_id, opportunity_id, o.account_key, o.owner_id, o.name, b.amount, o.close_on, o.stale_reason
from {opportunity} b
join unified.fct_opportunity o using (connection_id, opportunity_id)
where b.basis = 'clean' and b.is_open and b.is_stale
