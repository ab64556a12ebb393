-- metric: Open pipeline without stale deals
-- unit: money
-- salesops: pipeline
-- revops: pipeline
select
  basis, period, slice,
  case
    when count(amount) = 0 then null
    when min(currency) filter (where is_open and not is_stale and amount is not null) <> max(currency) filter (where is_open and not is_stale and amount is not null) then null
    when count(*) filter (where is_open and not is_stale) = 0 then 0
    else sum(amount) filter (where is_open and not is_stale)
  end as value,
  count(*) filter (where is_open and not is_stale) as n
from unified.opportunity_by_slice
group by basis, period, slice
