-- golden: who is who. An id is minted once and for ever resolves, through retired_into when it was merged away.
create schema golden;

create table golden.identity (
  golden_id text primary key,
  entity text not null,
  minted_run_id text not null,
  minted_at timestamptz not null,
  retired_into text references golden.identity,
  retired_at timestamptz
);

create table golden.crosswalk (
  entity text not null,
  connection_id text not null,
  id text not null,
  object text not null,
  golden_id text not null references golden.identity,
  since_run_id text not null,
  primary key (entity, connection_id, id)
);
create index crosswalk_golden on golden.crosswalk (golden_id);

create table golden.event (
  sequence bigint generated always as identity primary key,
  run_id text not null,
  at timestamptz not null,
  entity text not null,
  kind text not null check (kind in ('minted', 'merged', 'split', 'moved', 'retired')),
  golden_id text not null,
  -- merged: the id that went; split, moved: the id it came from
  other_golden_id text,
  connection_id text,
  id text
);
create index event_golden on golden.event (golden_id, sequence);

create table golden.provenance (
  golden_id text not null references golden.identity,
  field text not null,
  connection_id text not null,
  id text not null,
  strategy text not null,
  primary key (golden_id, field)
);
