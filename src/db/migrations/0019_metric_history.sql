-- What metrics were reported as, day by day: a row for each change of a value. A closed day stays; only what is old is thinned.
create table history.metric_value (
  metric text not null,
  basis text not null,
  period_kind text not null,
  period text not null,
  period_start date,
  connection_id text not null,
  -- all, org, owner or team
  dimension text not null,
  key text not null,
  -- day of the publication that first said so
  from_on date not null,
  -- day of the publication that said otherwise; null while it is said
  to_on date,
  value numeric,
  n bigint not null,
  primary key (metric, dimension, key, connection_id, basis, period, period_kind, from_on),
  check (to_on > from_on)
);
create index metric_value_open on history.metric_value (metric) where to_on is null;
