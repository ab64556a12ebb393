-- grain: one unbroken stay of an opportunity in a stage
-- key: connection_id, opportunity_id, visit_number
-- part: connection_id, opportunity_id
-- rows of standard.opportunity_history: connection_id, opportunity_id
-- touched by standard.opportunity_history: select connection_id, opportunity_id from moved m
--   join standard.opportunity_history h using (connection_id, id) where m.object = 'OpportunityHistory' and opportunity_id is not null
-- connection_id: Org the deal belongs to
-- opportunity_id: Salesforce id
-- visit_number: Counts the stays of a deal from 1
-- stage_name: Stage
-- entered_at: When the deal came into the stage
-- left_at: When it left; null while it is there
-- stage_days: Days of the stay; null while it lasts
-- entered_on: Day it came into the stage, in the time zone of the org
with {{zone}},
changed as (
  -- History rows also come from changes of amount or date: consecutive rows of one stage are one stay.
  select h.*, h.stage_name is distinct from lag(h.stage_name) over deal as is_entry
  from standard.opportunity_history h
  where h.is_deleted is not true and h.opportunity_id is not null
  window deal as (partition by h.connection_id, h.opportunity_id order by h.created_at, h.id)
)
select
  changed.connection_id, opportunity_id, row_number() over deal as visit_number, stage_name, created_at as entered_at,
  lead(created_at) over deal as left_at,
  extract(epoch from lead(created_at) over deal - created_at) / 86400 as stage_days,
  (created_at at time zone coalesce(zone.name, 'utc'))::date as entered_on
from changed
left join zone on zone.connection_id = changed.connection_id
where is_entry
window deal as (partition by changed.connection_id, opportunity_id order by created_at, id)
