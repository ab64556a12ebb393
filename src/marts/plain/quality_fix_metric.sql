-- grain: one metric of one repair, where it promises a change or brought one
-- fix_id: In quality_fix
-- metric: In metric_definition
-- alone: What the repair alone changes on raw, over all periods
-- on_top: What it changes on clean, when all others are made
-- realised: What its records did change on raw; null while it is open. No other edit of the same night is in it
select x.fix_id, m.metric, (x.predicted -> m.metric ->> 'alone')::float8 as alone, (x.predicted -> m.metric ->> 'onTop')::float8 as on_top,
  (x.realised ->> m.metric)::float8 as realised
from history.fix x
cross join lateral (
  select jsonb_object_keys(x.predicted) as metric
  union
  select jsonb_object_keys(coalesce(x.realised, '{}'))
) m
