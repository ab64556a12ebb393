-- What metrics were reported as goes to history when it changes, as the arrays it was measured in; what is reported now is not kept twice.
-- What the arrays of a step of measuring hold, by the place in them; a layout lasts until its metrics are others.
create table history.metric_slot (
  step text not null,
  layout int not null,
  slot int not null,
  metric text not null,
  primary key (step, layout, slot)
);
create table history.metric_version (
  step text not null,
  layout int not null,
  -- all, org, owner or team
  dimension text not null,
  connection_id text not null,
  key text not null,
  period_kind text not null,
  period text not null,
  basis text not null,
  period_start date,
  -- day of the publication that first said so
  from_on date not null,
  -- day of the publication that said otherwise
  to_on date not null,
  measures numeric[] not null,
  counts bigint[] not null,
  primary key (step, dimension, connection_id, key, period_kind, period, basis, from_on),
  check (to_on > from_on)
);
create index metric_version_ended on history.metric_version (to_on);

-- What was kept one by one until now: each metric as a step of its own.
insert into history.metric_slot select distinct metric, 1, 1, metric from history.metric_value;
insert into history.metric_version
select metric, 1, dimension, connection_id, key, period_kind, period, basis, period_start, from_on, coalesce(to_on, current_date),
  array[value], array[n]
from history.metric_value
where (value is not null or n > 0) and coalesce(to_on, current_date) > from_on;
-- Made anew by the next publication.
drop view if exists unified.metric_history;
drop table history.metric_value;
