-- metric: Amount of open deals that are not left out of the forecast
-- unit: money
-- salesops: pipeline
-- revops: pipeline
select
  basis, period, slice,
  case
    when count(amount) = 0 then null
    when min(currency) filter (where is_open and amount is not null) <> max(currency) filter (where is_open and amount is not null) then null
    when count(*) filter (where is_open) = 0 then 0
    else sum(amount) filter (where is_open)
  end as value,
  count(*) filter (where is_open) as n
from unified.opportunity_by_slice
group by basis, period, slice
