-- match: the model an entity's pairs were weighed with. Changed records are weighed with it until it is trained anew, so
-- that no two weights of one entity come from different models.
create table match.model (
  entity text primary key,
  id text not null,
  engine_version int not null,
  -- what src/pipeline/match/frozen.ts writes
  content text not null,
  trained_at timestamptz not null,
  run_id text not null,
  -- records it was trained on, and records compared with it that moved since
  trained_count bigint not null,
  moved_count bigint not null default 0
);

-- per org: every evidence row up to this version has its pairs
create table match.progress (
  entity text not null,
  connection_id text not null,
  version bigint not null,
  primary key (entity, connection_id)
);

-- makes each state of the pairs known by a name of its own
create sequence match.fingerprint as bigint;

-- The keys of the records, match.<entity>_record, are created when a model is trained.
