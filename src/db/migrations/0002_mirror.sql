-- mirror: Salesforce as it is, typed, one table per object (made from its describe); nothing here is cleaned or judged.
create schema mirror;
-- all-text landing tables of running pulls; nothing in it outlives one
create schema stage;

-- moves whenever a mirrored row changes: later stages redo exactly the rows whose version they have not seen
create sequence mirror.version as bigint;

create table mirror.object (
  connection_id text not null references control.connection,
  object text not null,
  table_name text not null,
  is_replicateable boolean not null,
  described_at timestamptz not null,
  -- formulas and roll-ups move without a stamp: when they were last read as a whole
  formulas_read_at timestamptz,
  -- the last comparison of all ids
  ids_compared_at timestamptz,
  -- the history objects of Salesforce were read once
  history_seeded_at timestamptz,
  primary key (connection_id, object)
);

create table mirror.field (
  connection_id text not null,
  object text not null,
  field text not null,
  column_name text not null,
  salesforce_type text not null,
  pg_type text not null,
  is_calculated boolean not null,
  -- hidden: no longer described (removed, or taken away); its column keeps the last values seen
  state text not null check (state in ('visible', 'hidden')),
  -- false until a full pull has filled the column for rows that were there before it
  is_filled boolean not null default false,
  seen_run_id text not null,
  -- a compound (address, location) has no cell of its own: its column is put together from these fields
  parts text[],
  primary key (connection_id, object, field),
  foreign key (connection_id, object) references mirror.object
);

create table mirror.watermark (
  connection_id text not null references control.connection,
  object text not null,
  -- every change committed before this is mirrored
  high_water_at timestamptz not null,
  run_id text not null,
  -- pulls in a row that met no row, and pulls in a row whose mark stood still
  quiet_count int not null default 0,
  frozen_count int not null default 0,
  -- an incremental pull has met rows before: only then is silence strange
  has_moved boolean not null default false,
  primary key (connection_id, object)
);

-- Where an interrupted pull goes on; moved in the transaction of the rows it counts. A pull goes in passes: the rows, then
-- what only a comparison of all ids finds, then columns of their own. Each has a checkpoint. Checkpoints only save work.
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

-- ids a full pull has met so far; what is mirrored but missing here at its end is gone from Salesforce
create table mirror.seen (
  connection_id text not null,
  object text not null,
  id text collate "C" not null,
  -- with it, a comparison of ids also finds records that came into sight with an old stamp
  stamp timestamptz,
  primary key (connection_id, object, id)
);

-- merges: the loser lives on in the winner, which may lose later itself
create table mirror.alias (
  connection_id text not null references control.connection,
  loser_id text collate "C" not null,
  winner_id text collate "C" not null,
  version bigint not null default nextval('mirror.version'),
  primary key (connection_id, loser_id)
);
create index alias_version on mirror.alias (connection_id, version);
create index alias_winner on mirror.alias (connection_id, winner_id);

-- Merges may chain: the winner of one loses the next. Where every loser ended up. Salesforce never lets a chain close to a ring;
-- CYCLE keeps one that did from running for ever.
create view mirror.alias_end as
with recursive chain (connection_id, loser_id, winner_id) as (
  select connection_id, loser_id, winner_id from mirror.alias
  union all
  select c.connection_id, c.loser_id, a.winner_id
  from chain c join mirror.alias a on a.connection_id = c.connection_id and a.loser_id = c.winner_id
) cycle winner_id set is_ring using path
select connection_id, loser_id, winner_id from chain c
where not is_ring and not exists (
  select from mirror.alias a where a.connection_id = c.connection_id and a.loser_id = c.winner_id);

create table mirror.quarantine (
  run_id text not null,
  connection_id text not null,
  object text not null,
  record_id text not null,
  field text not null,
  reason text not null,
  primary key (run_id, connection_id, object, record_id, field)
);

-- Sparse: a row only for records edited since they were first seen. A value that has no history of its own holds at least since
-- the last modification the record had then; an edit of another field makes no value younger.
create table mirror.first_seen (
  connection_id text not null,
  object text not null,
  record_id text collate "C" not null,
  modified_at timestamptz not null,
  primary key (connection_id, object, record_id)
);

-- sparse: a row only for values we saw change; of any other value mirror.first_seen has the bound, else its record
create table mirror.field_history (
  connection_id text not null,
  object text not null,
  record_id text collate "C" not null,
  field text not null,
  value_since timestamptz not null,
  -- true: the value is at least this old, not exactly
  value_since_is_bound boolean not null,
  -- null: no person has confirmed it since we watch, only integrations wrote it
  last_confirmed_at timestamptz,
  confirmed_by text,
  primary key (connection_id, object, record_id, field)
);

-- Casts that answer null instead of ending the statement. pg_input_is_valid needs no subtransaction per value, as a
-- plpgsql exception block would; the patterns keep out words PostgreSQL takes for numbers and times (NaN, now, infinity).
create function mirror.try_text(value text) returns text
  language sql immutable parallel safe return value;
create function mirror.try_numeric(value text) returns numeric
  language sql immutable parallel safe return
  case when value ~ '^[-+]?[0-9.]+([eE][-+]?[0-9]{1,3})?$' and pg_input_is_valid(value, 'numeric') then value::numeric end;
create function mirror.try_boolean(value text) returns boolean
  language sql immutable parallel safe return
  case lower(value) when 'true' then true when 'false' then false end;
create function mirror.try_date(value text) returns date
  language sql stable parallel safe return
  case when value ~ '^[0-9]{4,5}-' and pg_input_is_valid(value, 'date') then value::date end;
create function mirror.try_timestamptz(value text) returns timestamptz
  language sql stable parallel safe return
  case when value ~ '^[0-9]{4,5}-.*T' and pg_input_is_valid(value, 'timestamptz') then value::timestamptz end;
create function mirror.try_time(value text) returns time
  language sql stable parallel safe return
  case when value ~ '^[0-9]{2}:' and pg_input_is_valid(value, 'time') then value::time end;
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
