-- metric: Converted leads by leads; on clean the people who converted by any inquiry, at the first one
-- unit: rate
-- revops: acquisition
select
  basis, period, slice,
  (count(*) filter (where is_converted))::numeric / nullif(count(*), 0) as value,
  count(*) as n
from unified.lead_by_slice
group by basis, period, slice
