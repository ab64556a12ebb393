-- grain: one metric of marketing by basis, period and slice
-- metric: Name of the metric
-- basis: raw or clean
-- period: all, or the calendar quarter
-- slice: all, owner:<user id> or account:<key>
-- value: Value in the unit of the metric; null when it cannot be measured
-- n: Records the value rests on
select metric, basis, period, slice, value, n
from unified.metric_value
where metric in ('marketing_sourced_revenue', 'bookings')
