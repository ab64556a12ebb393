-- grain: one stage that a deal came to, or went past
-- key: connection_id, opportunity_id, stage_name
-- part: connection_id, opportunity_id
-- rows of unified.fct_opportunity_stage_visit: connection_id, opportunity_id
-- touched by unified.fct_opportunity_stage_visit: select connection_id, opportunity_id from touched
-- connection_id: Org the deal belongs to
-- opportunity_id: Deal in fct_opportunity
-- stage_name: Stage; lost deals come to none
-- stage_place: Its place: as the org set it up, else by the Probability that deals in it have
-- is_last: The stage of won deals
-- entered_on: Day the deal came to this stage or to a later one
-- next_on: Day it came to a later one; null while it has not
with visit as materialized (
  select v.connection_id, v.opportunity_id, p.place, min(v.entered_on) as entered_on
  from unified.fct_opportunity_stage_visit v
  join unified.stage_place p on p.connection_id = v.connection_id and p.stage_name = v.stage_name
  group by v.connection_id, v.opportunity_id, p.place
)
select v.connection_id, v.opportunity_id, p.stage_name, p.place as stage_place, p.is_won as is_last, min(v.entered_on) as entered_on,
  min(v.entered_on) filter (where v.place > p.place) as next_on
from visit v
join unified.stage_place p on p.connection_id = v.connection_id and p.place <= v.place
group by v.connection_id, v.opportunity_id, p.stage_name, p.place, p.is_won
