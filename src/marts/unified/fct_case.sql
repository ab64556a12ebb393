-- grain: one Salesforce case that is not deleted
-- key: connection_id, case_id
-- rows of standard.case: connection_id, id
-- touched by standard.case: select connection_id, id from moved where object = 'Case'
-- touched by golden.record_key: select c.connection_id, c.id from rekeyed r join standard."case" c
--   on c.connection_id = r.connection_id and c.account_id = r.id where r.entity in ('company', 'person')
--   union select c.connection_id, c.id from rekeyed r join standard."case" c
--   on c.connection_id = r.connection_id and c.contact_id = r.id where r.entity = 'person'
--   union select c.connection_id, c.id from rekeyed r join standard.contact k
--   on k.connection_id = r.connection_id and k.account_id = r.id join standard."case" c
--   on c.connection_id = k.connection_id and c.contact_id = k.id where r.entity in ('company', 'person') and c.account_id is null
-- touched by standard.contact: select c.connection_id, c.id from moved m join standard."case" c
--   on c.connection_id = m.connection_id and c.contact_id = m.id where m.object = 'Contact' and c.account_id is null
-- connection_id: Org it belongs to
-- case_id: Salesforce id
-- account_key: Company in dim_account, through any merge of the account
-- person_key: Person in dim_person, through any merge of the contact
-- owner_id: Owner, a user or queue
-- status: Status
-- priority: Priority
-- origin: Channel
-- is_closed: Closed
-- created_on: Day it was created, in the time zone of the org
-- closed_at: When it was closed
-- account_id: Salesforce account
-- linked_account_key: Of a case without an account the company in dim_account of its contact
-- satisfaction: How satisfied the customer was, 1 to 5
with {{key}},
{{zone}}
select
  c.connection_id, c.id as case_id, x.golden_id as account_key, p.golden_id as person_key, c.owner_id, c.status,
  c.priority, c.origin, c.is_closed, (c.created_at at time zone coalesce(zone.name, 'utc'))::date as created_on, c.closed_at,
  c.account_id, l.golden_id as linked_account_key, c.satisfaction
from standard."case" c
left join zone on zone.connection_id = c.connection_id
left join key x on x.entity = 'account' and x.connection_id = c.connection_id and x.id = c.account_id
left join key p on p.entity = 'person' and p.connection_id = c.connection_id and p.id = c.contact_id
left join standard.contact k on k.connection_id = c.connection_id and k.id = c.contact_id and c.account_id is null and k.is_deleted is not true
left join key l on l.entity = 'account' and l.connection_id = k.connection_id and l.id = k.account_id
where c.is_deleted is not true
