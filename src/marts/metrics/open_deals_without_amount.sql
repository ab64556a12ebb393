-- metric: Open deals without an amount, which open_pipeline cannot count
-- unit: count
-- salesops: pipeline
-- revops: pipeline
select
  basis, period, slice,
  count(*) filter (where is_open and amount_record is null) as value,
  count(*) filter (where is_open) as n
from unified.opportunity_by_slice
group by basis, period, slice
