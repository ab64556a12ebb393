-- A pull goes in passes: the rows, then what only a comparison of all ids finds, then columns of their own. Each has a
-- checkpoint. Checkpoints only save work: those of pulls under way are dropped, and they begin anew.
drop table mirror.checkpoint;
create table mirror.checkpoint (
  connection_id text not null references control.connection,
  object text not null,
  pass text not null check (pass in ('rows', 'ids', 'columns', 'formulas', 'history')),
  run_id text not null,
  -- rows: every row there is, not only those changed since the watermark
  is_full boolean not null,
  -- rows: nothing was mirrored when it began, so nothing can be missing at its end
  is_first boolean not null,
  -- the watermark once the pull is done
  high_water_at timestamptz not null,
  -- what the source needs to go on with the export
  export jsonb not null,
  -- null: the first page
  next_locator text,
  -- greatest Id landed of this export: the next slice, or a new export after a lost one, goes on behind it
  last_id text collate "C",
  -- rows of this export landed so far; row_count are those of all its slices
  export_row_count bigint not null default 0,
  row_count bigint not null default 0,
  page_count bigint not null default 0,
  changed_count bigint not null default 0,
  is_done boolean not null default false,
  primary key (connection_id, object, pass)
);

alter table mirror.watermark
  -- pulls in a row that met no row, and pulls in a row whose mark stood still
  add column quiet_count int not null default 0,
  add column frozen_count int not null default 0,
  -- an incremental pull has met rows before: only then is silence strange
  add column has_moved boolean not null default false;

alter table mirror.object
  -- formulas and roll-ups move without a stamp: when they were last read as a whole
  add column formulas_read_at timestamptz,
  -- the last comparison of all ids
  add column ids_compared_at timestamptz,
  -- the history objects of Salesforce were read once
  add column history_seeded_at timestamptz;

alter table mirror.field
  -- a compound (address, location) has no cell of its own: its column is put together from these fields
  add column parts text[];

create function mirror.try_jsonb(value text) returns jsonb
  language sql immutable parallel safe return
  case when pg_input_is_valid(value, 'jsonb') then value::jsonb end;

-- Salesforce's 15 characters are case-sensitive; the 18 end in three that say which of them are upper case.
create function mirror.id18(value text) returns text
  language sql immutable parallel safe return
  case when value ~ '^[A-Za-z0-9]{15}$' then value || (
    select string_agg(substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + (
      select sum(case when substr(value, 5 * block + place + 1, 1) ~ '[A-Z]' then 1 << place else 0 end)::int
      from generate_series(0, 4) place), 1), '' order by block)
    from generate_series(0, 2) block)
  else value end;

-- with the stamp, a comparison of ids also finds records that came into sight with an old one
alter table mirror.seen add column stamp timestamptz;
