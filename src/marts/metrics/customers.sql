-- metric: Distinct accounts or companies with a won deal
-- unit: count
-- salesops: revenue
-- revops: customer_value
select
  basis, period, slice,
  case when count(account) > 0 then count(distinct account) filter (where is_won) end as value,
  count(*) filter (where is_won) as n
from unified.opportunity_by_slice
group by basis, period, slice
