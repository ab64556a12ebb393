-- metric: Leads; on clean the people behind them, each counted once at the first inquiry
-- unit: count
-- revops: acquisition
select
  basis, period, slice,
  count(*) as value,
  count(*) as n
from unified.lead_by_slice
group by basis, period, slice
