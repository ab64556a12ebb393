-- metric: Amount won by customers with a won deal
-- unit: money
-- salesops: revenue
-- revops: customer_value
select
  basis, period, slice,
  case
    when min(currency) filter (where is_won and amount is not null) = max(currency) filter (where is_won and amount is not null)
    then (sum(amount) filter (where is_won and account is not null))::numeric / nullif(count(distinct account) filter (where is_won), 0)
  end as value,
  count(distinct account) filter (where is_won) as n
from unified.opportunity_by_slice
group by basis, period, slice
