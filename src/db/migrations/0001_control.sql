-- control: the truth about runs, schedules and keys. The queue only carries ids; whatever it loses is rebuilt from here.
create schema control;

-- Orgs as rows: how each is logged in to. Secrets are sealed (src/control/secret.ts), the rest may be read.
create table control.connection (
  id text primary key,
  name text not null,
  -- who the org is, as its last login said; bound_at: when the first sync tied the connection to it for good
  org_id text unique,
  org_name text,
  instance_url text,
  instance_name text,
  is_sandbox boolean,
  bound_at timestamptz,
  created_at timestamptz not null default now(),
  -- null: the login that the settings name (the default connection)
  login_url text,
  flow text check (flow in ('client_credentials', 'jwt_bearer', 'refresh_token')),
  client_id text,
  username text,
  -- { clientSecret | privateKey | refreshToken }, sealed under a key of its own that is sealed under the service's
  sealed jsonb,
  -- what is never pulled: objects, and fields as Object.Field
  exclude text[] not null default '{}',
  updated_at timestamptz not null default now(),
  -- kind:id of the actor, here and below
  updated_by text,
  -- raised by each edit
  revision int not null default 1,
  check ((flow is null) = (login_url is null) and (flow is null) = (client_id is null) and (flow is null) = (sealed is null))
);
insert into control.connection (id, name) values ('default', 'Salesforce');

-- What may be done by one at a time, by name. Rows instead of advisory locks: those can be taken by anybody who may log in.
create table control.lock (name text primary key);

-- takes the lock of this name until the transaction ends
create function control.hold(wanted text) returns void language plpgsql as $$
begin
  perform from control.lock where name = wanted for update;
  if not found then
    insert into control.lock (name) values (wanted) on conflict do nothing;
    perform from control.lock where name = wanted for update;
  end if;
end $$;

create table control.run (
  id text primary key check (id ~ '^run_[0-9a-f-]{36}$'),
  connection_id text not null references control.connection,
  trigger text not null check (trigger in ('http', 'schedule', 'cli')),
  mode text not null check (mode in ('auto', 'full', 'incremental')),
  -- null: every object there is
  objects text[],
  state text not null default 'queued' check (state in
    ('queued', 'running', 'canceling', 'succeeded', 'succeeded_with_warnings', 'failed', 'canceled')),
  reason_code text,
  reason text,
  next_action text,
  warnings text[] not null default '{}',
  requested_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  -- the lease: who works on it until when; fence rises with every taking, and a write under an older fence is refused
  lease_owner text,
  lease_until timestamptz,
  fence bigint not null default 0,
  -- how often a worker vanished under it
  crash_count int not null default 0,
  -- the due time of the schedule that started it: one run per slot
  schedule_id text,
  slot_at timestamptz,
  -- a run that waits for Salesforce, its limits or its return: nobody takes it before
  parked_until timestamptz,
  -- since when Salesforce has not answered, and how often the run has waited for that
  outage_since timestamptz,
  outage_count int not null default 0,
  unique (schedule_id, slot_at)
);
create unique index run_one_active on control.run (connection_id) where state in ('queued', 'running', 'canceling');
create index run_newest on control.run (created_at desc, id desc);

create table control.run_stage (
  run_id text not null references control.run on delete cascade,
  stage text not null,
  subject text not null,
  state text not null check (state in ('running', 'done', 'skipped')),
  read_count bigint not null default 0,
  changed_count bigint not null default 0,
  detail jsonb not null default '{}',
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (run_id, stage, subject)
);

create table control.run_event (
  sequence bigint generated always as identity primary key,
  run_id text not null references control.run on delete cascade,
  at timestamptz not null default now(),
  type text not null,
  data jsonb not null
);
create index run_event_of on control.run_event (run_id, sequence);

-- jobs for the queue, written in the transaction of whatever caused them
create table control.outbox (
  id bigint generated always as identity primary key,
  queue text not null,
  job_id text not null unique,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index outbox_unsent on control.outbox (id) where sent_at is null;

create table control.schedule (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{0,62}$'),
  connection_id text not null references control.connection,
  cron text not null,
  time_zone text not null,
  mode text not null default 'auto' check (mode in ('auto', 'full', 'incremental')),
  objects text[],
  is_enabled boolean not null default true,
  -- slots up to here are settled: run, or decided against
  settled_until timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by text not null,
  -- raised by each edit
  revision int not null default 1
);

create table control.api_key (
  id text primary key,
  name text not null,
  -- the first characters, by which a key is looked up and recognised; the key itself is never stored
  prefix text not null,
  sha256 bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_by text,
  revoked_by text,
  -- the key that a rotation made in its place
  replaced_by text references control.api_key
);
create index api_key_prefix on control.api_key (prefix);

-- browsers that signed in with a key; the token in their cookie is never stored
create table control.session (
  id text primary key check (id ~ '^ses_[0-9a-f-]{36}$'),
  sha256 bytea not null unique,
  key_id text not null references control.api_key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index session_key on control.session (key_id) where ended_at is null;

-- links that sign a browser in, once
create table control.sign_in_link (
  sha256 bytea primary key,
  key_id text not null references control.api_key,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- answers to requests that carried an Idempotency-Key, kept a day: a client that lost one asks again and gets the same
create table control.idempotency (
  -- who asked, what for ("POST /v1/syncs"), and the key they chose; the same key of another is another
  actor text not null,
  request text not null,
  key text not null check (length(key) between 1 and 255),
  body_sha256 bytea not null,
  status int not null,
  headers jsonb not null,
  body jsonb not null,
  created_at timestamptz not null default now(),
  primary key (actor, request, key)
);
create index idempotency_age on control.idempotency (created_at);

-- who changed what, written in the transaction of the change. Names of fields, never values, and no name of an actor:
-- values and names lie where forgetting deletes them
create table control.audit (
  id text primary key check (id ~ '^aud_[0-9a-f-]{36}$'),
  at timestamptz not null default now(),
  -- a person: of a table of people, once there are sessions
  actor_kind text not null check (actor_kind in ('person', 'key', 'schedule', 'system')),
  actor_id text not null,
  kind text not null check (kind in ('sync', 'schedule', 'connection', 'key', 'session', 'review', 'golden', 'model-change', 'incident', 'delivery',
    'rule', 'backtest', 'waiver', 'finding')),
  subject_id text not null,
  action text not null,
  fields text[] not null
);
create index audit_actor on control.audit (actor_kind, actor_id, id desc);
create index audit_subject on control.audit (kind, subject_id, id desc);
