-- grain: how good the promises of one kind of repair were, for one metric
-- connection_id: Org
-- kind: In quality_fix
-- metric: In metric_definition
-- fix_count: Repairs that were made and had promised something of it
-- predicted: What they promised together
-- realised: What they brought together
-- exact_share: Share that brought what they promised, to a thousandth
-- less_share: Share that promised more than they brought
-- median_error: Median of what they brought less what they promised
-- error_p10: A tenth of them missed by this or less
-- error_p90: A tenth of them missed by this or more
with settled as (
  select x.connection_id, x.kind, m.metric, m.alone, m.realised
  from history.fix x
  join (
    select fix_id, p.key as metric, (p.value ->> 'alone')::float8 as alone, (realised ->> p.key)::float8 as realised
    from history.fix cross join lateral jsonb_each(predicted) p
  ) m on m.fix_id = x.fix_id
  where x.state = 'done' and m.alone is not null and m.realised is not null
)
select connection_id, kind, metric, count(*) as fix_count, sum(alone) as predicted, sum(realised) as realised,
  avg((abs(realised - alone) <= abs(alone) / 1000)::int)::float8 as exact_share,
  avg((abs(realised) < abs(alone) * 0.999)::int)::float8 as less_share,
  percentile_cont(0.5) within group (order by realised - alone) as median_error,
  percentile_cont(0.1) within group (order by realised - alone) as error_p10,
  percentile_cont(0.9) within group (order by realised - alone) as error_p90
from settled
group by connection_id, kind, metric
