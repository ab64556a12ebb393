-- metric: Amount of won deals by close quarter
-- unit: money
-- salesops: revenue
-- revops: customer_value, marketing
select
  basis, period, slice,
  case
    when count(amount) = 0 then null
    when min(currency) filter (where is_won and amount is not null) <> max(currency) filter (where is_won and amount is not null) then null
    when count(*) filter (where is_won) = 0 then 0
    else sum(amount) filter (where is_won)
  end as value,
  count(*) filter (where is_won) as n
from unified.opportunity_by_slice
group by basis, period, slice
