-- What was asked to be forgotten, and how far it is; a run that asks Salesforce nothing spreads it.
alter table control.run drop constraint run_mode_check;
alter table control.run add constraint run_mode_check check (mode in ('auto', 'full', 'incremental', 'local'));
alter table control.schedule drop constraint schedule_mode_check;
alter table control.schedule add constraint schedule_mode_check check (mode in ('auto', 'full', 'incremental', 'local'));

-- Deleted connections stay as rows: runs and decisions name them. Their login is gone.
alter table control.connection add column deleted_at timestamptz;

create table control.forgetting (
  id text primary key check (id ~ '^fgt_[0-9a-f-]{36}$'),
  -- records: of a person, on request; deleted: records that left Salesforce long ago; connection: all of an org
  subject text not null check (subject in ('records', 'deleted', 'connection')),
  -- of subject connection
  connection_id text references control.connection,
  state text not null default 'queued' check (state in ('queued', 'erasing', 'spreading', 'cleaning', 'done', 'failed')),
  -- number of the request elsewhere; never a name
  reference text,
  record_count bigint not null default 0,
  erased_count bigint not null default 0,
  run_id text,
  fault text,
  requested_by text not null,
  requested_actor text,
  requested_at timestamptz not null,
  finished_at timestamptz
);
create index forgetting_newest on control.forgetting (requested_at desc, id desc);

-- The records themselves, by id alone: as long as a row is here no pull brings the record back.
create table control.forgotten (
  connection_id text not null references control.connection,
  object text not null,
  record_id text collate "C" not null,
  forgetting_id text not null references control.forgetting,
  erased_at timestamptz,
  primary key (connection_id, record_id)
);
create index forgotten_of on control.forgotten (forgetting_id);
