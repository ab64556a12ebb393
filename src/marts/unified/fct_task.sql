-- grain: one Salesforce task that is not deleted
-- key: connection_id, task_id
-- rows of standard.task: connection_id, id
-- touched by standard.task: select connection_id, id from moved where object = 'Task'
-- touched by standard.opportunity: select t.connection_id, t.id from moved m join standard.task t
--   on t.connection_id = m.connection_id and t.what_id = m.id where m.object = 'Opportunity'
-- touched by golden.record_key: select t.connection_id, t.id from rekeyed r join standard.task t
--   on t.connection_id = r.connection_id and t.who_id = r.id where r.entity = 'person'
--   union select t.connection_id, t.id from rekeyed r join standard.task t
--   on t.connection_id = r.connection_id and t.account_id = r.id where r.entity = 'company'
--   union select t.connection_id, t.id from rekeyed r join standard.task t
--   on t.connection_id = r.connection_id and t.what_id = r.id where r.entity = 'company'
--   union select t.connection_id, t.id from rekeyed r join standard.opportunity o
--   on o.connection_id = r.connection_id and o.account_id = r.id join standard.task t
--   on t.connection_id = o.connection_id and t.what_id = o.id where r.entity = 'company'
-- connection_id: Org it belongs to
-- task_id: Salesforce id
-- person_key: Person in dim_person it concerns, through any merge of the lead or contact
-- account_key: Company in dim_account it concerns, through any merge of the account
-- opportunity_id: Deal it concerns; null for any other record
-- owner_id: Owner, a user
-- status: Status
-- type: Kind
-- activity_on: Due day
-- is_closed: Done
-- Once, not for each row: the view walks the chains of merges.
with key as materialized (select * from golden.record_key)
select
  t.connection_id, t.id as task_id, p.golden_id as person_key, x.golden_id as account_key, o.id as opportunity_id,
  t.owner_id, t.status, t.type, t.activity_on, t.is_closed
from standard.task t
left join key p on p.entity = 'person' and p.connection_id = t.connection_id and p.id = t.who_id
left join standard.opportunity o on o.connection_id = t.connection_id and o.id = t.what_id and o.is_deleted is not true
left join key x on x.entity = 'company' and x.connection_id = t.connection_id
  and x.id = coalesce(t.account_id, o.account_id, t.what_id)
where t.is_deleted is not true
