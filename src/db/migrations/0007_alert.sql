-- alert: incidents about scores that fell, and the outbox of the messages about them.
create schema alert;

-- What fell in one run is one incident with one message, not one per object: ten objects spoilt by one import are one alarm.
create table alert.incident (
  id text primary key default 'inc_' || gen_random_uuid(),
  connection_id text not null,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
  severity text not null check (severity in ('warn', 'critical')),
  drops jsonb not null,
  causes jsonb not null,
  revision int not null default 1,
  opened_run_id text not null,
  opened_at timestamptz not null,
  updated_run_id text not null,
  resolved_run_id text,
  resolved_at timestamptz,
  -- where its one message stands, once posted by a bot
  handle jsonb,
  objects text[] not null,
  -- a matching model that was put aside is an incident of its own, of no score: objects holds its entity, drops nothing
  model_change_id text,
  -- and so is a scheduled run that failed
  failed_run_id text
);
create index incident_open on alert.incident (connection_id) where state <> 'resolved';
create index incident_newest on alert.incident (opened_at desc, id desc);
create unique index incident_one_model on alert.incident (model_change_id);
create unique index incident_one_failure on alert.incident (failed_run_id);
comment on column alert.incident.drops is '[{object, dimension|null, rulesHash, score, baseline|null, baselineRunIds, reason, severity}], each with the baseline of the day it fell';
comment on column alert.incident.causes is '[{object, ruleId, title, contribution, violatedCount, addedCount}], adding up to the fall of the first drop of their object';

create table alert.message (
  sequence bigint generated always as identity primary key,
  -- <incident>:<revision>, and :again for the post beside it
  key text not null unique,
  incident_id text not null references alert.incident on delete cascade,
  -- update: the message of the incident as it is by now; again: another fall on top, posted beside it
  kind text not null check (kind in ('open', 'update', 'again', 'resolve')),
  -- skipped: overtaken by a newer revision, or an edit that a webhook cannot make
  state text not null default 'pending'
    check (state in ('pending', 'sending', 'sent', 'retry', 'unconfirmed', 'dead', 'skipped')),
  payload jsonb not null,
  handle jsonb,
  attempts int not null default 0,
  not_before timestamptz not null,
  -- code of the last fault
  fault_code text,
  -- the mark of the settings that it died by
  refused_by text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index message_due on alert.message (not_before) where state in ('pending', 'sending', 'retry', 'unconfirmed');
