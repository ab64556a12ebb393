-- quality: what each rule found on which record, and the scores that follow from it.
create schema quality;

create table quality.rule_version (
  rule_id text not null,
  version int not null,
  -- of what people have set of it; 0: nothing
  revision int not null,
  object text not null,
  dimension text not null,
  -- of the conditions: shows a rule that was changed without a new version
  condition_hash text not null,
  definition jsonb not null,
  first_run_id text not null,
  first_seen_at timestamptz not null,
  primary key (rule_id, version, revision)
);

-- The rules behind a hash of a score, so that two hashes can be compared.
create table quality.rule_set (
  hash text primary key,
  -- rule@version, and .revision where people have set something
  rules text[] not null
);

create table quality.finding (
  id text primary key default 'fnd_' || gen_random_uuid(),
  rule_id text not null,
  rule_version int not null,
  rule_revision int not null default 0,
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
  -- an open finding was seen by the last run that judged its object: that stands once in quality.judgement, not in each
  last_seen_run_id text not null,
  last_seen_at timestamptz not null,
  closed_run_id text,
  closed_at timestamptz,
  -- fixed: the record keeps the rule; gone: it was deleted; rule: by another rule, or none, it is no violation
  close_reason text check (close_reason in ('fixed', 'gone', 'rule')),
  -- the violation is waived: it counts in no score and no list
  is_waived boolean not null default false,
  -- moves when it opens, closes, or its owner, amount or severity changes; not when it is merely seen again
  version bigint not null default nextval('mirror.version')
);
create unique index finding_one_open on quality.finding (rule_id, connection_id, record_id) where closed_at is null;
create index finding_of_record on quality.finding (connection_id, record_id);
create index finding_newest on quality.finding (opened_at desc, id desc);
create index finding_version on quality.finding (connection_id, object, version);
comment on column quality.finding.last_seen_run_id is 'Run that last wrote it; of an open one quality.judgement tells which run last saw it';
comment on column quality.finding.last_seen_at is 'When that was';

-- Of countries, by the names people write; filled from lists when scoring first runs.
create table quality.place (
  name text primary key,
  -- ISO 3166, two letters
  code text not null,
  calling_code text,
  postal_pattern text
);

-- What scoring said of each record, so that only those that moved, or that time moves, are judged again.
create table quality.judged (
  connection_id text not null,
  object text not null,
  record_id text not null,
  -- by rule, in the order of their ids: - not asked, k kept, v violated, w violated and waived
  verdict text not null,
  -- time alone changes it before the next look at all records
  is_due boolean not null,
  primary key (connection_id, object, record_id)
);
create index judged_due on quality.judged (connection_id, object) where is_due;

create table quality.judgement (
  connection_id text not null,
  object text not null,
  -- how many records have each verdict
  verdict_counts jsonb not null,
  -- the moment for which is_due looks ahead
  until_at timestamptz not null,
  run_id text not null,
  judged_at timestamptz not null,
  primary key (connection_id, object)
);

create table quality.check_result (
  run_id text not null,
  connection_id text not null,
  rule_id text not null,
  rule_version int not null,
  object text not null,
  dimension text not null,
  applicable_count bigint not null,
  violated_count bigint not null,
  -- violated and waived, in neither of the two
  waived_count bigint not null default 0,
  -- against 1 of another rule of the dimension
  weight double precision not null default 1,
  is_alerting boolean not null default true,
  rule_revision int not null default 0,
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
