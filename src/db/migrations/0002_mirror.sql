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
  primary key (connection_id, object, field),
  foreign key (connection_id, object) references mirror.object
);

create table mirror.watermark (
  connection_id text not null references control.connection,
  object text not null,
  -- every change committed before this is mirrored
  high_water_at timestamptz not null,
  run_id text not null,
  primary key (connection_id, object)
);

-- where an interrupted pull goes on; moved in the transaction of the rows it counts
create table mirror.checkpoint (
  connection_id text not null references control.connection,
  object text not null,
  run_id text not null,
  job_id text not null,
  is_full boolean not null,
  -- the columns of the CSV, in order
  fields text[] not null,
  -- the watermark once the job is done
  high_water_at timestamptz not null,
  -- null: the first page
  next_locator text,
  row_count bigint not null default 0,
  changed_count bigint not null default 0,
  is_done boolean not null default false,
  primary key (connection_id, object)
);

-- ids a full pull has met so far; what is mirrored but missing here at its end is gone from Salesforce
create table mirror.seen (
  connection_id text not null,
  object text not null,
  id text collate "C" not null,
  primary key (connection_id, object, id)
);

-- merges: the loser lives on in the winner, which may lose later itself
create table mirror.alias (
  connection_id text not null references control.connection,
  loser_id text collate "C" not null,
  winner_id text collate "C" not null,
  primary key (connection_id, loser_id)
);

create table mirror.quarantine (
  run_id text not null,
  connection_id text not null,
  object text not null,
  record_id text not null,
  field text not null,
  reason text not null,
  primary key (run_id, connection_id, object, record_id, field)
);

-- sparse: a row only for values we saw change; any other value is as old as its record, at the most
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
