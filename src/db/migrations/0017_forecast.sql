-- What was forecast, as it was forecast then, and how well each method has done so far.
create table history.forecast (
  -- the day it is as of: a day of a publication, or the first of a month that was forecast afterwards from what was known then
  as_of date not null,
  connection_id text not null,
  -- all or team
  dimension text not null,
  key text not null,
  -- month, quarter or fiscal_quarter
  period_kind text not null,
  period text not null,
  period_start date not null,
  period_end date not null,
  -- months from the day to the end of the period, rounded up
  lead_months int not null,
  method text not null,
  -- null: this method cannot say
  value numeric,
  -- what four of five values were between so far; null: too few to say
  low numeric,
  high numeric,
  won_so_far numeric not null,
  -- the method that had been best so far
  is_shown boolean not null,
  -- why there is no value, or why no method is shown
  reason text,
  is_back_test boolean not null,
  primary key (as_of, connection_id, dimension, key, period_kind, period, method)
);

create table history.forecast_accuracy (
  connection_id text not null,
  dimension text not null,
  key text not null,
  period_kind text not null,
  -- months from the day of the forecast to the end of the period
  lead_months int not null,
  method text not null,
  -- forecasts that could be compared with what came
  n int not null,
  wape numeric,
  bias numeric,
  mase numeric,
  -- in money: from it follow low and high
  root_mean_square numeric,
  -- share of values between low and high, and of how many
  coverage numeric,
  coverage_n int not null,
  is_best boolean not null,
  -- first day of the month up to which it was compared
  through date not null,
  primary key (connection_id, dimension, key, period_kind, lead_months, method)
);

-- What became of open deals, by how they stood on the first of a month: won[n] within n months, as was known then.
create table history.forecast_rate (
  lead_months int not null,
  stage_name text not null,
  age_band int not null,
  amount_band int not null,
  deals bigint not null,
  won bigint[] not null,
  primary key (lead_months, stage_name, age_band, amount_band)
);

-- What deals brought within n months that were not open at the first of the month, on average.
create table history.forecast_arrival (
  connection_id text not null,
  dimension text not null,
  key text not null,
  lead_months int not null,
  amounts numeric[] not null,
  primary key (connection_id, dimension, key, lead_months)
);

-- One row: when methods were last tried, and what there is to try them on.
create table history.forecast_trial (
  is_only boolean primary key default true check (is_only),
  -- first day of the month up to which forecasts were compared with what came
  through date,
  months_rebuilt int,
  -- why there is no forecast at all
  reason text
);
