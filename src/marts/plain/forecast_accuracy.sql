-- grain: one method of forecasting one kind of period so many months ahead, of all deals or of one team
-- connection_id: Org the team belongs to; * for all
-- dimension: all or team
-- team_id: The manager of the team, a user; all for all deals
-- period_kind: month, quarter or fiscal_quarter
-- lead_months: Months from the day of the forecast to the end of the period
-- method: As in fct_forecast
-- n: Forecasts that were compared with what came, one for each first of a month
-- wape_rate: Sum of errors without sign, over what came: 0.2 is a fifth off. Null where nothing came
-- bias_rate: Sum of errors, over what came: above 0 too much was forecast
-- mase: Mean error without sign, over the mean step from one period to the next; below 1 it is nearer than the last value was
-- coverage_rate: Share of values between low and high, 0 to 1; it should be about 0.8
-- coverage_n: Forecasts that had low and high
-- is_best: Least error over the forecasts that all methods made; none with fewer than six
-- through: First day of the month up to which forecasts were compared
select connection_id, dimension, key as team_id, period_kind, lead_months, method, n, round(wape, 6) as wape_rate, round(bias, 6) as bias_rate,
  round(mase, 6) as mase, round(coverage, 6) as coverage_rate, coverage_n, is_best, through
from history.forecast_accuracy
