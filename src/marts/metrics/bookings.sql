-- metric: Amount of won deals by close quarter
-- unit: money
-- salesops: revenue
-- revops: customer_value, marketing
select
  basis, period, slice,
  case
    when count(amount) = 0 then null
    when count(*) filter (where is_won) = 0 then 0
    else sum(amount) filter (where is_won)
  end as value,
  count(*) filter (where is_won) as n
from unified.opportunity_by_slice
group by basis, period, slice
