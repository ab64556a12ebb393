-- alert: incidents (a score that fell, a night that failed, a model that waits), and the outbox of the messages about them.
create schema alert;

-- What fell in one run is one incident with one message, not one per object: ten objects spoilt by one import are one alarm.
create table alert.incident (
  id text primary key default 'inc_' || gen_random_uuid(),
  connection_id text not null,
  -- a file of src/pipeline/alert/kinds
  kind text not null,
  -- what it is about among its kind: the objects, the run, the entity
  subject text not null,
  objects text[] not null default '{}',
  state text not null default 'open' check (state in ('open', 'acknowledged', 'muted', 'resolved')),
  severity text not null check (severity in ('warn', 'critical')),
  -- what its kind has to remember
  detail jsonb not null default '{}',
  -- what is known of it by now, in words; the newest message says the same
  notice jsonb not null default '{}',
  revision int not null default 1,
  opened_run_id text not null,
  opened_at timestamptz not null,
  updated_run_id text not null,
  -- null of one that a person resolved: its level is taken for the new one
  resolved_run_id text,
  resolved_at timestamptz,
  -- when its channel last heard of it by a message of its own, and was last reminded
  announced_at timestamptz,
  reminded_at timestamptz,
  -- a muted one is silent until then, and open again after
  muted_until timestamptz
);
create unique index incident_one_open on alert.incident (connection_id, kind, subject) where state <> 'resolved';
create index incident_subject on alert.incident (kind, subject);
create index incident_newest on alert.incident (opened_at desc, id desc);
comment on column alert.incident.detail is 'Of a score-fall: {drops: [{object, dimension|null, ruleKeys, score, baseline|null, baselineRunIds, reason, severity}], causes: [{object, ruleId, field, contribution, violatedCount, addedCount, parts}]}; baselines are those of the day it fell, causes add up to the fall of the first drop of their object, parts to their cause';

-- What happened to an incident, and who did it.
create table alert.step (
  sequence bigint generated always as identity primary key,
  incident_id text not null references alert.incident on delete cascade,
  at timestamptz not null,
  action text not null check (action in ('open', 'fall', 'change', 'remind', 'acknowledge', 'mute', 'unmute', 'resolve')),
  -- kind:id and name of the actor; null: a run
  actor text,
  actor_name text,
  run_id text,
  note text
);
create index step_of_incident on alert.step (incident_id, sequence);

create table alert.message (
  sequence bigint generated always as identity primary key,
  -- <incident>:<revision>, :again or :remind for the post beside it, @<target>
  key text not null unique,
  -- null: about no incident (a digest, a test)
  incident_id text references alert.incident on delete cascade,
  -- default, a Slack channel or user by id, mailto:…
  target text not null default 'default',
  -- update: the message of the incident as it is by now; again: another fall on top, posted beside it, as a reminder is
  kind text not null check (kind in ('open', 'update', 'again', 'remind', 'resolve', 'digest', 'test')),
  -- skipped: overtaken by a newer revision, or an edit that a webhook cannot make
  state text not null default 'pending'
    check (state in ('pending', 'sending', 'sent', 'retry', 'unconfirmed', 'dead', 'skipped')),
  payload jsonb not null,
  handle jsonb,
  -- an attempt may have reached the channel, and nobody has looked since
  is_doubtful boolean not null default false,
  attempts int not null default 0,
  not_before timestamptz not null,
  -- code and words of the last fault
  fault_code text,
  fault text,
  -- the mark of the settings that it died by
  refused_by text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index message_due on alert.message (target, not_before) where state in ('pending', 'sending', 'retry', 'unconfirmed');
create index message_of_incident on alert.message (incident_id, sequence);

-- Where the one message of an incident stands, once a bot has posted it.
create table alert.post (
  incident_id text not null references alert.incident on delete cascade,
  target text not null,
  handle jsonb not null,
  primary key (incident_id, target)
);

-- Buttons pressed in Slack, each taken once.
create table alert.press (
  key text primary key,
  at timestamptz not null
);
create index press_old on alert.press (at);
