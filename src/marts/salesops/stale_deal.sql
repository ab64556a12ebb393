-- grain: one deal of the clean open pipeline that a staleness rule points at; the amounts add up to open_pipeline_stale
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- account_key: Company in dim_account
-- owner_id: Owner, a user
-- name: Name of the deal
-- amount: Amount that open_pipeline_stale counts
-- close_on: Day it is expected to close
-- stale_reason: Rules that found it stale
-- account_name: Name of the company
-- owner_name: Name of the owner
-- url: The deal in Salesforce
select b.connection_id, b.opportunity_id, o.account_key, o.owner_id, o.name, b.amount, o.close_on, o.stale_reason,
  a.name as account_name, u.name as owner_name, g.record_url || b.opportunity_id as url
from {opportunity} b
join unified.fct_opportunity o using (connection_id, opportunity_id)
left join unified.dim_account a on a.account_key = o.account_key
left join unified.dim_user u on u.connection_id = o.connection_id and u.user_id = o.owner_id
left join unified.dim_org g on g.connection_id = o.connection_id
where b.basis = 'clean' and b.is_open and b.is_stale
