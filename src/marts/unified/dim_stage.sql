-- grain: one stage of deals, as the org set it up
-- key: connection_id, stage_name
-- connection_id: Org the stage belongs to
-- stage_name: Name, as deals have it
-- sort_order: Place in the order of stages
-- is_active: In use
-- is_closed: Deals in it are closed, won or lost
-- is_won: Deals in it are won
-- forecast_category: Forecast category of deals in it
-- default_probability_rate: Chance of winning that a deal gets with it, 0 to 1
select distinct on (connection_id, name)
  connection_id, name as stage_name, sort_order::int as sort_order, is_active, is_closed, is_won, forecast_category,
  default_probability / 100 as default_probability_rate
from standard.opportunity_stage
where is_deleted is not true and name is not null
order by connection_id, name, is_active desc nulls last, sort_order, id
