-- alert: a matching model that was put aside is an incident of its own, of no score: objects holds its entity, drops nothing.
alter table alert.incident add column model_change_id text;
create unique index incident_one_model on alert.incident (model_change_id);
