-- alert: incidents about scores that fell, and the outbox of the messages about them.
create schema alert;

create table alert.incident (
  id text primary key default 'inc_' || gen_random_uuid(),
  connection_id text not null,
  object text not null,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
  severity text not null check (severity in ('warn', 'critical')),
  -- [{dimension|null, score, baseline|null, reason}], each with the baseline of the day it fell
  drops jsonb not null,
  -- [{ruleId, title, contribution, violatedCount, addedCount}], adding up to the fall of the first drop
  causes jsonb not null,
  revision int not null default 1,
  opened_run_id text not null,
  opened_at timestamptz not null,
  updated_run_id text not null,
  resolved_run_id text,
  resolved_at timestamptz,
  -- where its one message stands, once posted by a bot
  handle jsonb
);
create unique index incident_one_open on alert.incident (connection_id, object) where state <> 'resolved';
create index incident_newest on alert.incident (opened_at desc, id desc);

create table alert.message (
  sequence bigint generated always as identity primary key,
  -- <incident>:<revision>
  key text not null unique,
  incident_id text not null references alert.incident on delete cascade,
  kind text not null check (kind in ('open', 'update', 'resolve')),
  -- skipped: overtaken by a newer revision, or an edit that a webhook cannot make
  state text not null default 'pending'
    check (state in ('pending', 'sending', 'sent', 'retry', 'unconfirmed', 'dead', 'skipped')),
  payload jsonb not null,
  handle jsonb,
  attempts int not null default 0,
  not_before timestamptz not null,
  -- code of the last fault
  fault_code text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index message_due on alert.message (not_before) where state in ('pending', 'sending', 'retry', 'unconfirmed');
