-- grain: one stage that a deal came to, or went past
-- key: connection_id, opportunity_id, stage_name
-- connection_id: Org the deal belongs to
-- opportunity_id: Deal in fct_opportunity
-- stage_name: Stage; lost deals come to none
-- stage_place: Its place: as the org set it up, else by the Probability that deals in it have
-- is_last: The stage of won deals
-- entered_on: Day the deal came to this stage or to a later one
-- next_on: Day it came to a later one; null while it has not
with stage as (
  select connection_id, stage_name, coalesce(is_closed, false) as is_closed, coalesce(is_won, false) as is_won, sort_order::numeric as at
  from unified.dim_stage
  where sort_order is not null
  union all
  select connection_id, stage_name, coalesce(bool_and(is_closed), false), coalesce(bool_or(is_won), false), avg(probability_rate)
  from unified.fct_opportunity f
  where not exists (select from unified.dim_stage s where s.connection_id = f.connection_id and s.sort_order is not null)
  group by connection_id, stage_name
),
place as materialized (
  select connection_id, stage_name, is_won, row_number() over (partition by connection_id order by is_won, at, stage_name) as place
  from stage
  where is_won or not is_closed
),
visit as materialized (
  select v.connection_id, v.opportunity_id, p.place, min(v.entered_on) as entered_on
  from unified.fct_opportunity_stage_visit v
  join place p on p.connection_id = v.connection_id and p.stage_name = v.stage_name
  group by v.connection_id, v.opportunity_id, p.place
)
select v.connection_id, v.opportunity_id, p.stage_name, p.place as stage_place, p.is_won as is_last, min(v.entered_on) as entered_on,
  min(v.entered_on) filter (where v.place > p.place) as next_on
from visit v
join place p on p.connection_id = v.connection_id and p.place <= v.place
group by v.connection_id, v.opportunity_id, p.stage_name, p.place, p.is_won
