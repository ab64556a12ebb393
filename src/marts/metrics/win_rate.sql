-- metric: Won deals by won and lost ones, by close quarter
-- unit: rate
-- salesops: conversion
select
  basis, period, slice,
  (count(*) filter (where is_won))::numeric / nullif(count(*) filter (where is_closed), 0) as value,
  count(*) filter (where is_closed) as n
from unified.opportunity_by_slice
group by basis, period, slice
