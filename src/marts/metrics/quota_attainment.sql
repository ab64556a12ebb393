-- metric: Amount won in the periods of quotas that have begun, by the quota. A manager is measured by the whole team. Forecast types are quotas of their own: where theirs differ there is no value but by type
-- unit: rate
-- salesops: quota_attainment
with recursive quota as (
  select connection_id, coalesce(forecasting_type_id, 'none') as type, owner_id, start_on, end_on, sum(quota_amount) as quota_amount,
    min(coalesce(currency, 'none')) as currency, max(coalesce(currency, 'none')) as last_currency
  from unified.fct_quota
  where quota_amount is not null and has_begun and owner_id is not null
  group by connection_id, coalesce(forecasting_type_id, 'none'), owner_id, start_on, end_on
),
-- Everybody below a carrier of a quota, and the carrier.
team as (
  select distinct connection_id, owner_id, owner_id as member_id from quota
  union
  select t.connection_id, t.owner_id, u.user_id
  from team t
  join unified.dim_user u on u.connection_id = t.connection_id and u.manager_id = t.member_id
),
won as (
  select basis, connection_id, owner_id, close_on, sum(amount) as amount, count(*) as n, min(currency) as currency, max(currency) as last_currency
  from unified.opportunity_by_basis
  where is_won
  group by basis, connection_id, owner_id, close_on
),
credited as (
  select
    b.basis, q.connection_id, q.type, q.owner_id, q.start_on, q.end_on, q.quota_amount,
    -- In a total a quota above others holds them already.
    not exists (
      select from team t
      join quota above on above.connection_id = t.connection_id and above.owner_id = t.owner_id
      where t.connection_id = q.connection_id and t.member_id = q.owner_id and t.owner_id <> q.owner_id
        and above.type = q.type and above.start_on = q.start_on
    ) as is_top,
    coalesce(sum(w.amount), 0) as won_amount, coalesce(sum(w.n), 0) as n,
    least(q.currency, min(w.currency)) as currency, greatest(q.last_currency, max(w.last_currency)) as last_currency
  from quota q
  cross join (values ('raw'), ('clean')) b (basis)
  join team m on m.connection_id = q.connection_id and m.owner_id = q.owner_id
  left join won w on w.basis = b.basis and w.connection_id = m.connection_id and w.owner_id = m.member_id
    and w.close_on between q.start_on and q.end_on
  group by b.basis, q.connection_id, q.type, q.owner_id, q.start_on, q.end_on, q.quota_amount, q.currency, q.last_currency
),
by_type as (
  select c.basis, p.period, s.slice, c.type,
    case when min(c.currency) = max(c.last_currency)
      then sum(c.won_amount)::numeric / nullif(sum(c.quota_amount), 0)::numeric end as value,
    sum(c.n) as n
  from credited c
  cross join lateral (values ('all'), (to_char(c.start_on, 'YYYY"-Q"Q')),
    (case when c.end_on < c.start_on + interval '1 month' then to_char(c.start_on, 'YYYY-MM') end)) p (period)
  cross join lateral (values ('all', c.is_top), ('owner:' || c.owner_id, true)) s (slice, counts)
  where s.counts and p.period is not null
  group by c.basis, p.period, s.slice, c.type
)
select basis, period, slice, case when count(value) = count(*) and min(value) = max(value) then min(value) end as value, max(n) as n
from by_type
group by basis, period, slice
union all
select basis, period, case slice when 'all' then '' else slice || '/' end || 'type:' || type, value, n
from by_type
