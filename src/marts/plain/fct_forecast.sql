-- grain: bookings of one period as one method forecast them on one day, of all deals or of one team
-- as_of: Day of the forecast
-- connection_id: Org the team belongs to; * for all
-- dimension: all or team
-- team_id: The manager of the team, a user; all for all deals
-- team_name: Name of the manager; else the id
-- period_kind: month, quarter or fiscal_quarter
-- period: Period by name, e.g. 2026-12, 2026-Q4, FY2027-Q1
-- period_start: Its first day
-- period_end: Its last day
-- lead_months: Months from the day to the end of the period, rounded up; by it accuracy is kept
-- method: weighted (amount by Probability), historic (amount by how often deals of that stage, age and size were won in such a time, and what new deals bring), naive (as the period before), seasonal_naive (as a year before), moving_average (mean of three periods)
-- forecast_amount: Bookings of the period, in the corporate currency; null when the method cannot say
-- low: In four of five periods bookings were above it and under high; null with too few comparisons
-- high: See low
-- won_amount: Won already on that day, part of the forecast
-- is_shown: The method that had been best so far
-- reason: Why the method has no value, or why none is shown
-- is_back_test: Forecast afterwards, from nothing but what was known on that day
select f.as_of, f.connection_id, f.dimension, f.key as team_id, coalesce(u.name, f.key) as team_name, f.period_kind, f.period, f.period_start, f.period_end,
  f.lead_months, f.method, f.value as forecast_amount, f.low, f.high, f.won_so_far as won_amount, f.is_shown, f.reason, f.is_back_test
from history.forecast f
left join unified.dim_user u on u.connection_id = f.connection_id and u.user_id = f.key
