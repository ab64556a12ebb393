-- quality: what each rule found on which record, and the scores that follow from it.
create schema quality;

create table quality.rule_version (
  rule_id text not null,
  version int not null,
  object text not null,
  dimension text not null,
  -- of the conditions: tells a rule that was changed without a new version
  condition_hash text not null,
  definition jsonb not null,
  first_run_id text not null,
  first_seen_at timestamptz not null,
  primary key (rule_id, version)
);

create table quality.finding (
  id text primary key default 'fnd_' || gen_random_uuid(),
  rule_id text not null,
  rule_version int not null,
  connection_id text not null,
  object text not null,
  record_id text not null,
  -- column of the standard table; null when the finding is about the whole record
  field text,
  dimension text not null,
  severity text not null check (severity in ('warn', 'critical')),
  is_stale boolean not null,
  owner_id text,
  -- money the record carries, in its own currency
  amount double precision,
  opened_run_id text not null,
  opened_at timestamptz not null,
  last_seen_run_id text not null,
  last_seen_at timestamptz not null,
  closed_run_id text,
  closed_at timestamptz
);
create unique index finding_one_open on quality.finding (rule_id, connection_id, record_id) where closed_at is null;
create index finding_of_record on quality.finding (connection_id, record_id);
create index finding_newest on quality.finding (opened_at desc, id desc);

create table quality.check_result (
  run_id text not null,
  connection_id text not null,
  rule_id text not null,
  rule_version int not null,
  object text not null,
  dimension text not null,
  applicable_count bigint not null,
  violated_count bigint not null,
  primary key (run_id, rule_id)
);

create table quality.score (
  run_id text not null,
  connection_id text not null,
  object text not null,
  -- null: the object as a whole
  dimension text,
  -- 0..1; null: nothing was measured
  score double precision check (score between 0 and 1),
  applicable_count bigint not null,
  record_count bigint not null,
  -- which rules of which version made it; scores of different rules are never compared
  rules_hash text not null,
  measured_at timestamptz not null,
  unique nulls not distinct (run_id, object, dimension)
);
create index score_history on quality.score (connection_id, object, measured_at desc);
