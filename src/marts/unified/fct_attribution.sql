-- grain: one answer to a campaign that came before a deal, by one model
-- key: connection_id, opportunity_id, campaign_member_id, by_person, model
-- part: connection_id, opportunity_id
-- rows of unified.fct_opportunity: connection_id, opportunity_id
-- rows of unified.fct_opportunity_contact_role: connection_id, opportunity_id
-- rows of unified.fct_lead: connection_id, converted_opportunity_id
-- touched by unified.fct_opportunity: select connection_id, opportunity_id from touched
-- touched by unified.fct_opportunity_contact_role: select r.connection_id, r.opportunity_id
--   from touched t join unified.fct_opportunity_contact_role r using (connection_id, contact_role_id)
-- touched by unified.fct_lead: select l.connection_id, l.converted_opportunity_id
--   from touched t join unified.fct_lead l using (connection_id, lead_id) where l.converted_opportunity_id is not null
-- touched by unified.fct_campaign_member: select k.connection_id, k.opportunity_id
--   from touched t join unified.fct_campaign_member m using (connection_id, campaign_member_id) cross join lateral (
--   select r.connection_id, r.opportunity_id from unified.fct_opportunity_contact_role r
--   where r.person_key = m.person_key and r.connection_id = m.connection_id
--   union all select r.connection_id, r.opportunity_id from unified.fct_opportunity_contact_role r
--   where r.contact_id = m.record_id and r.connection_id = m.connection_id
--   union all select l.connection_id, l.converted_opportunity_id from unified.fct_lead l
--   where l.person_key = m.person_key and l.connection_id = m.connection_id
--   union all select l.connection_id, l.converted_opportunity_id from unified.fct_lead l
--   where l.lead_id = m.record_id and l.connection_id = m.connection_id
--   union all select l.connection_id, l.converted_opportunity_id from unified.fct_lead l
--   where l.converted_contact_id = m.record_id and l.connection_id = m.connection_id) k where k.opportunity_id is not null
-- connection_id: Org the deal belongs to
-- opportunity_id: Deal in fct_opportunity
-- campaign_member_id: The answer, in fct_campaign_member
-- campaign_id: Campaign in dim_campaign
-- by_person: Answers of every record of the people of the deal, as clean counts; false: of the very records, as raw does
-- model: first (the first answer has all), last, linear (all alike), u_shaped (40 % each the first and the last, the rest alike)
-- touched_on: Day of the answer: by the day the deal was created, and in the year before
-- touch_number: Place by day, then by id
-- touch_count: Answers before this deal
-- weight: Share of the deal, 0 to 1; those of a deal and a model are 1
with link as (
  select connection_id, opportunity_id, person_key as who, true as by_person from unified.fct_opportunity_contact_role where person_key is not null
  union
  select connection_id, converted_opportunity_id, person_key, true from unified.fct_lead
  where converted_opportunity_id is not null and person_key is not null
  union
  select connection_id, opportunity_id, contact_id, false from unified.fct_opportunity_contact_role
  union
  select l.connection_id, l.converted_opportunity_id, r.id, false from unified.fct_lead l
  cross join lateral (values (l.lead_id), (l.converted_contact_id)) r (id)
  where l.converted_opportunity_id is not null and r.id is not null
),
answer as (
  select k.connection_id, k.opportunity_id, k.by_person, m.campaign_member_id
  from link k join unified.fct_campaign_member m on m.connection_id = k.connection_id and m.person_key = k.who
  where k.by_person
  union
  select k.connection_id, k.opportunity_id, k.by_person, m.campaign_member_id
  from link k join unified.fct_campaign_member m on m.connection_id = k.connection_id and m.record_id = k.who
  where not k.by_person
),
-- Of the answers of one person to one campaign the first in time: another record of them may have answered too late.
answered as (
  select distinct on (a.connection_id, a.opportunity_id, a.by_person, m.campaign_id, case when a.by_person then m.person_key else m.campaign_member_id end)
    a.connection_id, a.opportunity_id, a.by_person, a.campaign_member_id, m.campaign_id, m.first_responded_on as touched_on
  from answer a
  join unified.fct_campaign_member m on m.connection_id = a.connection_id and m.campaign_member_id = a.campaign_member_id
  join unified.fct_opportunity o on o.connection_id = a.connection_id and o.opportunity_id = a.opportunity_id
  where m.has_responded and m.first_responded_on between o.created_on - 365 and o.created_on
  order by a.connection_id, a.opportunity_id, a.by_person, m.campaign_id, case when a.by_person then m.person_key else m.campaign_member_id end,
    m.first_responded_on, a.campaign_member_id
),
touch as (
  select *, row_number() over (deal order by touched_on, campaign_member_id) as number, count(*) over deal as total
  from answered
  window deal as (partition by connection_id, opportunity_id, by_person)
),
shared as (
  select *, round(1.0 / total, 6) as even, round(0.2 / nullif(total - 2, 0), 6) as middle
  from touch
)
select t.connection_id, t.opportunity_id, t.campaign_member_id, t.campaign_id, t.by_person, m.model, t.touched_on, t.number as touch_number,
  t.total as touch_count, m.weight
from shared t
cross join lateral (values
  ('first', case when t.number = 1 then 1.0 else 0 end),
  ('last', case when t.number = t.total then 1.0 else 0 end),
  -- What rounding leaves is the last one's, so that a deal is credited once.
  ('linear', case when t.number = t.total then 1 - (t.total - 1) * t.even else t.even end),
  ('u_shaped', case
    when t.total = 1 then 1.0
    when t.total = 2 then 0.5
    when t.number = 1 then 0.4
    when t.number = t.total then 0.6 - (t.total - 2) * t.middle
    else t.middle end)
) m (model, weight)
