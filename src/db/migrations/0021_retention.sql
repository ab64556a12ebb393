-- When what is kept for a while was last looked through.
create table control.retention (
  name text primary key,
  pruned_at timestamptz not null
);
create index run_event_age on control.run_event (at);
create index audit_age on control.audit (at);
create index finding_closed_age on quality.finding (closed_at) where closed_at is not null;
