-- grain: one Salesforce lead that is not deleted; the inquiries of one person, in whatever org, share a person_key
-- key: connection_id, lead_id
-- index on: person_key, converted_contact_id, converted_opportunity_id
-- rows of standard.lead: connection_id, id
-- touched by standard.lead: select connection_id, id from moved where object = 'Lead'
-- touched by golden.record_key: select l.connection_id, l.id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.id = r.id
--   union select l.connection_id, l.id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.converted_contact_id = r.id where r.entity = 'person'
--   union select l.connection_id, l.id from rekeyed r join standard.lead l
--   on l.connection_id = r.connection_id and l.converted_account_id = r.id where r.entity in ('company', 'person')
-- and with them: select f.connection_id, f.lead_id from (
--   select o.person_key from direct join unified.fct_lead o using (connection_id, lead_id)
--   union select coalesce(golden.key_of('person', l.connection_id, l.id), golden.key_of('person', l.connection_id, l.converted_contact_id))
--   from direct d join standard.lead l on l.connection_id = d.connection_id and l.id = d.lead_id) k
--   join unified.fct_lead f using (person_key)
-- connection_id: Org the lead belongs to
-- lead_id: Salesforce id
-- person_key: Person in dim_person
-- account_key: Company in dim_account
-- owner_id: Owner, a user or queue
-- lead_source: Where the lead came from
-- status: Status
-- is_converted: Converted into a contact
-- created_on: Day it was created, in the time zone of the org
-- converted_on: Day of conversion
-- converted_opportunity_id: Deal it became
-- inquiry_number: Counts the leads of the person by creation
-- counts_in_clean: First inquiry of its person, or its person is unknown
-- is_person_converted: Any inquiry of its person was converted
-- created_at: When it was created
-- converted_contact_id: Contact it became
with {{key}},
{{zone}},
lead as (
  -- A converted lead that is no evidence any more: its contact and account speak for it.
  select l.*, coalesce(p.golden_id, pc.golden_id) as person_key, coalesce(c.golden_id, ca.golden_id) as account_key,
    (l.created_at at time zone coalesce(zone.name, 'utc'))::date as created_on
  from standard.lead l
  left join zone on zone.connection_id = l.connection_id
  left join key p on p.entity = 'person' and p.connection_id = l.connection_id and p.id = l.id
  left join key pc on pc.entity = 'person' and pc.connection_id = l.connection_id and pc.id = l.converted_contact_id
  left join key c on c.entity = 'company' and c.connection_id = l.connection_id and c.id = l.id
  left join key ca on ca.entity = 'account' and ca.connection_id = l.connection_id and ca.id = l.converted_account_id
  where l.is_deleted is not true
),
numbered as (
  select *, row_number() over (person order by created_at, connection_id, id) as number,
    coalesce(bool_or(is_converted) over person, false) as is_person_converted
  from lead
  -- A person in two orgs is one; a lead of nobody known is alone.
  window person as (partition by coalesce(person_key, connection_id || ' ' || id))
)
select
  connection_id, id as lead_id, person_key, account_key, owner_id, lead_source, status, is_converted,
  created_on, converted_on, converted_opportunity_id, number as inquiry_number,
  number = 1 as counts_in_clean, is_person_converted, created_at, converted_contact_id
from numbered
