-- lookup: lists that somebody checks before an import, and what was found of their rows. Written by the API and the worker;
-- all of a list is deleted when its time is over.
create schema lookup;

create table lookup.list_check (
  id text primary key check (id ~ '^lst_[0-9a-f-]{36}$'),
  entity text not null,
  -- of the file
  name text not null,
  header text[] not null,
  -- by canonical field: the place of its column, from 0
  mapping jsonb not null,
  row_count int not null,
  done_count int not null default 0,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  -- counts by verdict; null until it is done
  summary jsonb,
  -- the model the rows were compared by
  basis jsonb,
  fault text,
  requested_by text not null,
  requested_actor text,
  requested_at timestamptz not null,
  finished_at timestamptz,
  keep_until timestamptz not null
);
create index list_check_over on lookup.list_check (keep_until);

create table lookup.list_row (
  check_id text not null references lookup.list_check on delete cascade,
  -- of the file
  line int not null,
  cells text[] not null,
  -- null: not looked up yet
  answer jsonb,
  -- an earlier line of the same person or company
  repeats_line int,
  primary key (check_id, line)
);
create index list_row_open on lookup.list_row (check_id, line) where answer is null;

-- The kinds are a list of the code (src/control/audit.ts); a second one here had to be changed with each of them.
alter table control.audit drop constraint audit_kind_check, add constraint audit_kind_check check (kind ~ '^[a-z][a-z-]{0,40}$');
