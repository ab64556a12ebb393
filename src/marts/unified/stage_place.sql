-- grain: one stage of an org that deals come to on their way to a win
-- key: connection_id, stage_name
-- connection_id: Org the stage belongs to
-- stage_name: Stage
-- is_won: The stage of won deals
-- place: Its place: as the org set it up, else by the Probability that deals in it have
with stage as (
  select connection_id, stage_name, coalesce(is_closed, false) as is_closed, coalesce(is_won, false) as is_won, sort_order::numeric as at
  from unified.dim_stage
  where sort_order is not null
  union all
  select connection_id, stage_name, coalesce(bool_and(is_closed), false), coalesce(bool_or(is_won), false), avg(probability_rate)
  from unified.fct_opportunity f
  -- A login without the right to see stages leaves them blank.
  where stage_name is not null and not exists (select from unified.dim_stage s where s.connection_id = f.connection_id and s.sort_order is not null)
  group by connection_id, stage_name
)
select connection_id, stage_name, is_won, row_number() over (partition by connection_id order by is_won, at, stage_name) as place
from stage
where is_won or not is_closed
