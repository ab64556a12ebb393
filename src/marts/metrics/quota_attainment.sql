-- metric: Amount won by quota of owners with a quota, in the quarters their quotas start in
-- unit: rate
-- salesops: quota_attainment
with quota as (
  select connection_id, owner_id, to_char(start_on, 'YYYY"-Q"Q') as quarter, sum(quota_amount) as quota_amount
  from unified.fct_quota
  where quota_amount is not null and start_on is not null
  group by connection_id, owner_id, to_char(start_on, 'YYYY"-Q"Q')
),
credited as (
  select b.basis, q.owner_id, q.quarter, q.quota_amount, coalesce(w.amount, 0) as won_amount, coalesce(w.n, 0) as n
  from quota q
  cross join (values ('raw'), ('clean')) b (basis)
  left join (
    select basis, connection_id, owner_id, quarter, sum(amount) as amount, count(*) as n
    from unified.opportunity_by_basis
    where is_won
    group by basis, connection_id, owner_id, quarter
  ) w on w.basis = b.basis and w.connection_id = q.connection_id and w.owner_id = q.owner_id and w.quarter = q.quarter
)
select
  c.basis, p.period, s.slice,
  sum(c.won_amount)::numeric / nullif(sum(c.quota_amount), 0)::numeric as value,
  sum(c.n) as n
from credited c
cross join lateral (values ('all'), (c.quarter)) p (period)
cross join lateral (values ('all'), ('owner:' || coalesce(c.owner_id, 'none'))) s (slice)
group by c.basis, p.period, s.slice
