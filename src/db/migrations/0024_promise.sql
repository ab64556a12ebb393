-- What open repairs promise, by the findings they would close: of several the one that moves most money, in which metric.
drop view history.promise;
create view history.promise as
select distinct on (x.connection_id, record_id, rule_id) x.connection_id, record_id, rule_id, abs(x.predicted_amount) as amount, x.kind,
  coalesce((x.predicted -> 'bookings' ->> 'alone')::float8, 0) as bookings,
  coalesce((x.predicted -> 'open_pipeline' ->> 'alone')::float8, 0) as open_pipeline
from history.fix x, unnest(x.record_ids) record_id, unnest(x.rule_ids) rule_id
where x.state = 'open' and x.predicted_amount is not null
order by x.connection_id, record_id, rule_id, abs(x.predicted_amount) desc, x.fix_id;
