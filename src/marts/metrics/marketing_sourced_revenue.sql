-- metric: Amount of won deals with a primary campaign, or whose person answered a campaign by the day the deal was created
-- unit: money
-- revops: marketing
select
  basis, period, slice,
  case
    when count(amount) = 0 then null
    when min(currency) filter (where is_won and is_marketing_sourced and amount is not null) <> max(currency) filter (where is_won and is_marketing_sourced and amount is not null) then null
    when count(*) filter (where is_won and is_marketing_sourced) = 0 then 0
    else sum(amount) filter (where is_won and is_marketing_sourced)
  end as value,
  count(*) filter (where is_won and is_marketing_sourced) as n
from unified.opportunity_by_slice
group by basis, period, slice
