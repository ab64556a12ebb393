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
with slot as (
  select metric, step, layout, slot, layout = max(layout) over (partition by step) as is_present from history.metric_slot
),
version as (
  select s.metric, v.basis, v.period_kind, v.period, v.period_start, v.connection_id, v.dimension, v.key, v.since as from_on,
    null::date as ended_on, v.measures[s.slot] as value, coalesce(v.counts[s.slot], 0) as n
  from slot s
  join unified.metric_stored v on v.step = s.step and v.dimension in ('all', 'org', 'owner', 'team')
  where s.is_present
  union all
  select s.metric, h.basis, h.period_kind, h.period, h.period_start, h.connection_id, h.dimension, h.key, h.from_on, h.to_on,
    h.measures[s.slot], coalesce(h.counts[s.slot], 0)
  from slot s
  join history.metric_version h on h.step = s.step and h.layout = s.layout
),
-- Also the day from which there was nothing: the end of a version that no other follows on that day.
line as (
  select f.metric, f.basis, f.period_kind, f.period, f.period_start, f.connection_id, f.dimension, f.key, e.*
  from (
    select *, lead(from_on) over (partition by metric, basis, period_kind, period, period_start, connection_id, dimension, key order by from_on) as next_on
    from version
  ) f
  cross join lateral (values (f.from_on, f.value, f.n, 1), (case when f.next_on is distinct from f.ended_on then f.ended_on end, null, 0, 0)) e (from_on, value, n, place)
  where e.from_on is not null
),
-- Values that are kept together change one by one.
compared as (
  select *, lag(value) over own as value_before, lag(n) over own as n_before, row_number() over own as number
  from line
  window own as (partition by metric, basis, period_kind, period, period_start, connection_id, dimension, key order by from_on, place)
),
change as (
  select *, lead(from_on) over own as to_on,
    first_value(value) over (partition by metric, basis, period_kind, period, period_start, connection_id, dimension, key
      order by from_on desc, place desc) as value_now
  from compared
  where case when number = 1 then value is not null or n > 0 or period_kind = 'all' and dimension = 'all'
    else value is distinct from value_before or n <> n_before end
  window own as (partition by metric, basis, period_kind, period, period_start, connection_id, dimension, key order by from_on, place)
)
select metric, basis, period_kind, period, period_start, connection_id, dimension, key as slice_key, from_on, to_on,
  value as reported_value, n, value_now as restated_value,
  period_start is not null and value is distinct from value_now and coalesce(to_on, from_on + 1) > {end of change} as is_restated
from change
where to_on is null or to_on > from_on
