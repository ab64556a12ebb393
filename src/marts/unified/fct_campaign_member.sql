-- grain: one Salesforce campaign member that is not deleted; the answers of one person share a person_key
-- key: connection_id, campaign_member_id
-- index on: person_key, record_id
-- rows of standard.campaign_member: connection_id, id
-- touched by standard.campaign_member: select connection_id, id from moved where object = 'CampaignMember'
-- touched by golden.person: select f.connection_id, f.campaign_member_id from regrouped g
--   join unified.fct_campaign_member f on f.person_key = g.golden_id where g.entity = 'person'
-- touched by golden.record_key: select m.connection_id, m.id from rekeyed r join standard.campaign_member m
--   on m.connection_id = r.connection_id and m.contact_id = r.id where r.entity = 'person'
--   union select m.connection_id, m.id from rekeyed r join standard.campaign_member m
--   on m.connection_id = r.connection_id and m.lead_id = r.id where r.entity = 'person'
--   union select f.connection_id, f.campaign_member_id from rekeyed r join golden.person p on p.company_id = r.id
--   join unified.fct_campaign_member f on f.person_key = p.golden_id where r.entity = 'company'
-- and with them: select f.connection_id, f.campaign_member_id from (
--   select o.person_key from direct join unified.fct_campaign_member o using (connection_id, campaign_member_id)
--   union select golden.key_of('person', m.connection_id, coalesce(m.contact_id, m.lead_id))
--   from direct d join standard.campaign_member m on m.connection_id = d.connection_id and m.id = d.campaign_member_id) k
--   join unified.fct_campaign_member f using (person_key)
-- connection_id: Org it belongs to
-- campaign_member_id: Salesforce id
-- campaign_id: Campaign in dim_campaign
-- person_key: Person in dim_person, through any merge of the lead or contact
-- account_key: Company in dim_account, of the person
-- status: Status
-- has_responded: Answered
-- first_responded_on: Day of the first answer; of an answer without one the day the record was created
-- counts_in_clean: Membership of its person in its campaign that answered first, else the oldest; or its person is unknown
-- record_id: Salesforce contact, or lead where it is of none
-- lead_id: Salesforce lead it was made for, also once that was converted
with {{key}},
{{zone}},
member as (
  select m.*, case when m.has_responded then coalesce(m.first_responded_on, (m.created_at at time zone coalesce(zone.name, 'utc'))::date)
      else m.first_responded_on end as responded_on
  from standard.campaign_member m
  left join zone on zone.connection_id = m.connection_id
  where m.is_deleted is not true
)
select
  m.connection_id, m.id as campaign_member_id, m.campaign_id, p.golden_id as person_key, x.golden_id as account_key,
  m.status, m.has_responded, m.responded_on as first_responded_on,
  row_number() over (partition by m.connection_id, m.campaign_id, coalesce(p.golden_id, m.id)
    order by m.has_responded desc nulls last, m.responded_on, m.created_at, m.id) = 1 as counts_in_clean,
  coalesce(m.contact_id, m.lead_id) as record_id, m.lead_id
from member m
left join key p on p.entity = 'person' and p.connection_id = m.connection_id
  and p.id = coalesce(m.contact_id, m.lead_id)
left join golden.person g on g.golden_id = p.golden_id
left join key x on x.entity = 'company' and x.connection_id = g.company_connection_id and x.id = g.company_id
