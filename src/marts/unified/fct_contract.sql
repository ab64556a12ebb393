-- grain: one Salesforce contract that is not deleted
-- key: connection_id, contract_id
-- rows of standard.contract: connection_id, id
-- touched by standard.contract: select connection_id, id from moved where object = 'Contract'
-- touched by golden.record_key: select c.connection_id, c.id from rekeyed r join standard.contract c
--   on c.connection_id = r.connection_id and c.account_id = r.id where r.entity in ('company', 'person')
-- connection_id: Org it belongs to
-- contract_id: Salesforce id
-- contract_number: Number
-- account_id: Salesforce account
-- account_key: Company in dim_account, through any merge of the account
-- owner_id: Owner, a user
-- status: Status
-- is_activated: It binds, or did
-- start_on: First day
-- end_on: Last day; of a contract that says its months only, the last day of these
-- term_months: Months it runs
with {{key}}
select
  c.connection_id, c.id as contract_id, c.contract_number, c.account_id, x.golden_id as account_key, c.owner_id, c.status,
  coalesce(c.status_code, c.status) in ('Activated', 'Terminated', 'Expired') as is_activated, c.start_on,
  coalesce(c.end_on, (c.start_on + make_interval(months => c.term_months::int))::date - 1) as end_on, c.term_months::int as term_months
from standard.contract c
left join key x on x.entity = 'account' and x.connection_id = c.connection_id and x.id = c.account_id
where c.is_deleted is not true
