-- What fell in one run is one incident with one message, not one per object: ten objects spoilt by one import are one alarm.
alter table alert.incident add column objects text[];
update alert.incident set objects = array[object],
  drops = (select coalesce(jsonb_agg(d || jsonb_build_object('object', object)), '[]') from jsonb_array_elements(drops) d),
  causes = (select coalesce(jsonb_agg(c || jsonb_build_object('object', object)), '[]') from jsonb_array_elements(causes) c);
alter table alert.incident alter column objects set not null;
-- drops and the index on (connection_id, object) with it
alter table alert.incident drop column object;
create index incident_open on alert.incident (connection_id) where state <> 'resolved';
comment on column alert.incident.drops is '[{object, dimension|null, score, baseline|null, reason, severity}], each with the baseline of the day it fell';
comment on column alert.incident.causes is '[{object, ruleId, title, contribution, violatedCount, addedCount}], adding up to the fall of the first drop of their object';
