-- grain: one Salesforce task or event that is not deleted; of an event with guests the one of its organiser
-- key: connection_id, activity_id
-- index on: person_key, record_id
-- rows of standard.task: connection_id, id
-- rows of standard.event: connection_id, id
-- touched by standard.task: select connection_id, id from moved where object = 'Task'
-- touched by standard.event: select connection_id, id from moved where object = 'Event'
-- touched by standard.opportunity: select t.connection_id, t.id from moved m join standard.task t
--   on t.connection_id = m.connection_id and t.what_id = m.id where m.object = 'Opportunity'
--   union select e.connection_id, e.id from moved m join standard.event e
--   on e.connection_id = m.connection_id and e.what_id = m.id where m.object = 'Opportunity'
-- touched by golden.record_key: select t.connection_id, t.id from rekeyed r join standard.task t
--   on t.connection_id = r.connection_id and t.who_id = r.id where r.entity = 'person'
--   union select t.connection_id, t.id from rekeyed r join standard.task t
--   on t.connection_id = r.connection_id and t.account_id = r.id where r.entity in ('company', 'person')
--   union select t.connection_id, t.id from rekeyed r join standard.task t
--   on t.connection_id = r.connection_id and t.what_id = r.id where r.entity in ('company', 'person')
--   union select t.connection_id, t.id from rekeyed r join standard.opportunity o
--   on o.connection_id = r.connection_id and o.account_id = r.id join standard.task t
--   on t.connection_id = o.connection_id and t.what_id = o.id where r.entity in ('company', 'person')
--   union select e.connection_id, e.id from rekeyed r join standard.event e
--   on e.connection_id = r.connection_id and e.who_id = r.id where r.entity = 'person'
--   union select e.connection_id, e.id from rekeyed r join standard.event e
--   on e.connection_id = r.connection_id and e.account_id = r.id where r.entity in ('company', 'person')
--   union select e.connection_id, e.id from rekeyed r join standard.event e
--   on e.connection_id = r.connection_id and e.what_id = r.id where r.entity in ('company', 'person')
--   union select e.connection_id, e.id from rekeyed r join standard.opportunity o
--   on o.connection_id = r.connection_id and o.account_id = r.id join standard.event e
--   on e.connection_id = o.connection_id and e.what_id = o.id where r.entity in ('company', 'person')
-- connection_id: Org it belongs to
-- activity_id: Salesforce id
-- kind: task or event
-- person_key: Person in dim_person it concerns, through any merge of the lead or contact
-- account_key: Company in dim_account it concerns, through any merge of the account
-- opportunity_id: Deal in fct_opportunity it concerns; null for any other record
-- record_id: Lead or contact it concerns
-- owner_id: Owner, a user
-- type: Kind, as people choose it
-- subtype: Kind as Salesforce sets it, e.g. Call, Email, ListEmail
-- status: Status of a task
-- activity_on: Day it is due or begins
-- is_closed: A task that is done; null for an event, which is over at done_at
-- is_outbound: From us to them: a call that is not inbound, an e-mail, an event; no mass mail
-- done_at: When it was done: the completion of a task, the end of an event, which may lie ahead
-- done_on: That day, in the time zone of the org; the due day of a done task without a time
-- started_at: When an event begins; null for a task
with {{key}},
{{zone}},
activity as (
  select connection_id, id, 'task' as kind, who_id, what_id, account_id, owner_id, type, subtype, status, activity_on, is_closed,
    coalesce(subtype, type) in ('Call', 'Email') and call_type is distinct from 'Inbound' as is_outbound,
    case when is_closed then completed_at end as done_at, null::timestamptz as started_at
  from standard.task
  where is_deleted is not true
  union all
  select connection_id, id, 'event', who_id, what_id, account_id, owner_id, type, subtype, null, activity_on, null, true,
    coalesce(end_at, start_at), start_at
  from standard.event
  where is_deleted is not true and is_child is not true
)
select
  t.connection_id, t.id as activity_id, t.kind, p.golden_id as person_key, x.golden_id as account_key, o.id as opportunity_id,
  t.who_id as record_id, t.owner_id, t.type, t.subtype, t.status, t.activity_on, t.is_closed, t.is_outbound, t.done_at,
  coalesce((t.done_at at time zone coalesce(zone.name, 'utc'))::date, case when t.kind = 'event' or t.is_closed then t.activity_on end)
    as done_on, t.started_at
from activity t
left join zone on zone.connection_id = t.connection_id
left join key p on p.entity = 'person' and p.connection_id = t.connection_id and p.id = t.who_id
left join standard.opportunity o on o.connection_id = t.connection_id and o.id = t.what_id and o.is_deleted is not true
left join key x on x.entity = 'account' and x.connection_id = t.connection_id
  and x.id = coalesce(t.account_id, o.account_id, t.what_id)
