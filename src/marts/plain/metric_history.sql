-- grain: one value of one metric as it was reported, from one change of it to the next; by all, org, owner and team
-- metric: Name of the metric, see metric_definition
-- basis: raw or clean
-- period_kind: As in metric_value
-- period: As in metric_value
-- period_start: As in metric_value
-- connection_id: As in metric_value
-- dimension: all, org, owner or team
-- slice_key: Key of the dimension, as key in metric_value
-- from_on: First day it was reported
-- to_on: Day something else was reported; null while it is
-- reported_value: Value as it was reported; null: there was none
-- n: Records it rested on
-- restated_value: What is reported now for the same period and key
-- is_restated: The period was over when this was reported, and another value is reported now
select h.metric, h.basis, h.period_kind, h.period, h.period_start, h.connection_id, h.dimension, h.key as slice_key, h.from_on, h.to_on,
  h.value as reported_value, h.n, o.value as restated_value,
  h.period_start is not null and h.value is distinct from o.value and coalesce(h.to_on, h.from_on + 1) > (h.period_start + case
    when h.period_kind = 'month' then interval '1 month' when h.period_kind in ('year', 'fiscal_year') then interval '1 year'
    else interval '3 months' end)::date as is_restated
from history.metric_value h
join history.metric_value o on o.metric = h.metric and o.basis = h.basis and o.period_kind = h.period_kind and o.period = h.period
  and o.connection_id = h.connection_id and o.dimension = h.dimension and o.key = h.key and o.to_on is null
