-- metric: Amount won by amount won and lost
-- unit: rate
-- salesops: conversion
select
  basis, period, slice,
  case
    when min(currency) filter (where is_closed and amount is not null) = max(currency) filter (where is_closed and amount is not null)
    then (sum(amount) filter (where is_won))::numeric / nullif(sum(amount) filter (where is_closed), 0)::numeric
  end as value,
  count(amount) filter (where is_closed) as n
from unified.opportunity_by_slice
group by basis, period, slice
