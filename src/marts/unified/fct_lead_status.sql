-- grain: one change of the status of a lead, as its field history tells it
-- key: connection_id, change_id
-- index on: lead_id
-- rows of standard.lead_history: connection_id, id
-- touched by standard.lead_history: select connection_id, id from moved where object = 'LeadHistory'
-- touched by standard.lead: select h.connection_id, h.id from moved m join standard.lead_history h
--   on h.connection_id = m.connection_id and h.lead_id = m.id where m.object = 'Lead'
-- touched by golden.record_key: select h.connection_id, h.id from rekeyed r join standard.lead_history h
--   on h.connection_id = r.connection_id and h.lead_id = r.id where r.entity = 'person'
--   union select h.connection_id, h.id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.converted_contact_id = r.id join standard.lead_history h
--   on h.connection_id = l.connection_id and h.lead_id = l.id where r.entity = 'person'
-- connection_id: Org the lead belongs to
-- change_id: Salesforce id
-- lead_id: Lead in fct_lead
-- person_key: Person in dim_person
-- old_status: Status before
-- new_status: Status after
-- changed_at: When it changed
-- changed_on: Day it changed, in the time zone of the org
with {{key}},
{{zone}}
select
  h.connection_id, h.id as change_id, h.lead_id, coalesce(p.golden_id, pc.golden_id) as person_key, h.old_value as old_status,
  h.new_value as new_status, h.created_at as changed_at, (h.created_at at time zone coalesce(zone.name, 'utc'))::date as changed_on
from standard.lead_history h
join standard.lead l on l.connection_id = h.connection_id and l.id = h.lead_id and l.is_deleted is not true
left join zone on zone.connection_id = h.connection_id
left join key p on p.entity = 'person' and p.connection_id = h.connection_id and p.id = h.lead_id
left join key pc on pc.entity = 'person' and pc.connection_id = l.connection_id and pc.id = l.converted_contact_id
where h.is_deleted is not true and h.field = 'Status'
