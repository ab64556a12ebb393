-- What scoring said of each record, so that only those that moved, or that time moves, are judged again.
create table quality.judged (
  connection_id text not null,
  object text not null,
  record_id text not null,
  -- by rule, in the order of their ids: - not asked, k kept, v violated
  verdict text not null,
  -- time alone changes it before the next look at all records
  is_due boolean not null,
  primary key (connection_id, object, record_id)
);
create index judged_due on quality.judged (connection_id, object) where is_due;

create table quality.judgement (
  connection_id text not null,
  object text not null,
  -- of everything verdicts are made by: rules, definition, version
  rules_hash text not null,
  -- versions up to which records, golden records and owners were read
  marks jsonb not null,
  -- how many records have each verdict
  verdict_counts jsonb not null,
  -- the moment for which is_due looks ahead
  until_at timestamptz not null,
  run_id text not null,
  judged_at timestamptz not null,
  primary key (connection_id, object)
);

-- An open finding was seen by the last run that judged its object: that is told once there, not in every finding.
comment on column quality.finding.last_seen_run_id is 'Run that last wrote it; of an open one quality.judgement tells which run last saw it';
comment on column quality.finding.last_seen_at is 'When that was';
