-- standard: one typed, cleaned row per record and per piece of evidence; its tables are derived from the definitions.
create schema standard;

-- match: which records were compared, what spoke for and against, and what was decided.
create schema match;

create table match.pair (
  entity text not null,
  run_id text not null,
  l_connection_id text not null,
  l_id text not null,
  r_connection_id text not null,
  r_id text not null,
  -- bits, prior included: 0 is even odds
  weight double precision not null,
  probability double precision not null check (probability between 0 and 1),
  decision text not null check (decision in ('link', 'review', 'cut')),
  evidence jsonb not null,
  primary key (entity, l_connection_id, l_id, r_connection_id, r_id)
);
create index pair_right on match.pair (entity, r_connection_id, r_id);

-- what the pairs of an entity were computed from; when it is unchanged, so are they
create table match.state (
  entity text primary key,
  fingerprint text not null,
  run_id text not null
);
