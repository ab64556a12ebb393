-- review: what people decided. Written by the API only; clustering and survivorship obey it. Rows are never deleted: an
-- undone decision or a lifted pin stays as its own audit.
create schema review;

-- moves with every decision, undoing, pin and lifting, in commit order (writers hold one lock): a stage obeys
-- what it has not seen yet
create sequence review.version as bigint;

create table review.decision (
  id text primary key check (id ~ '^rev_[0-9a-f-]{36}$'),
  version bigint not null default nextval('review.version'),
  entity text not null,
  -- the smaller (connection, id) is left
  l_connection_id text not null,
  l_id text not null,
  r_connection_id text not null,
  r_id text not null,
  kind text not null check (kind in ('same', 'different')),
  -- of the evidence as the reviewer saw it: shows a decision about values that have changed since
  l_value_hash text not null,
  r_value_hash text not null,
  -- what the engine said then; null when it never compared the two. Label and prediction, for calibration
  weight double precision,
  probability double precision,
  reason text not null,
  -- name as it was then, and kind:id of the actor; null where it was copied from a database that kept none
  decided_by text not null,
  decided_actor text,
  decided_at timestamptz not null,
  undone_at timestamptz,
  undone_by text,
  undone_actor text,
  undone_reason text,
  -- of one that was undone: its version until then. With it, what stood at any version is known
  decided_version bigint,
  check ((l_connection_id, l_id) < (r_connection_id, r_id))
);
create unique index decision_one_standing on review.decision (entity, l_connection_id, l_id, r_connection_id, r_id)
  where undone_at is null;
create index decision_right on review.decision (entity, r_connection_id, r_id) where undone_at is null;
create index decision_version on review.decision (version);
create index decision_newest on review.decision (decided_at desc, id desc);

create table review.pin (
  id text primary key check (id ~ '^pin_[0-9a-f-]{36}$'),
  version bigint not null default nextval('review.version'),
  golden_id text not null,
  field text not null,
  -- null: pinned to be blank
  value text,
  reason text not null,
  pinned_by text not null,
  pinned_actor text,
  pinned_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  lifted_actor text
);
create unique index pin_one_standing on review.pin (golden_id, field) where lifted_at is null;
create index pin_version on review.pin (version);

-- What a decision was about: the values of an evidence row, not its ids, times or columns that are blank.
create function review.value_hash(evidence jsonb) returns text
  language sql immutable parallel safe return
  md5((jsonb_strip_nulls(evidence) - array['connection_id', 'object', 'id', '_version', 'modified_at'])::text);

-- What people set of a quality rule: every setting is a row, the highest revision holds, and the next run obeys it.
create table review.rule_setting (
  rule_id text not null,
  revision int not null check (revision > 0),
  is_on boolean not null,
  -- null: as the rule was written
  severity text check (severity in ('warn', 'critical')),
  weight double precision check (weight > 0),
  alerts boolean,
  -- values of the rule's parameters, by name: those that were set
  parameters jsonb not null,
  reason text not null,
  -- the back-test that whoever set it had seen
  backtest_id text,
  set_by text not null,
  set_actor text,
  set_at timestamptz not null,
  primary key (rule_id, revision)
);

-- Rules that admins made by form: object, field, operator, value.
create table review.own_rule (
  id text primary key check (id ~ '^own-[a-z0-9-]{1,80}$'),
  form jsonb not null,
  reason text not null,
  backtest_id text not null,
  made_by text not null,
  made_actor text,
  made_at timestamptz not null,
  removed_at timestamptz,
  removed_by text,
  removed_actor text
);

-- What a change of a rule would do, measured on the mirror as it is; writes nothing into quality.
create table review.backtest (
  id text primary key check (id ~ '^bkt_[0-9a-f-]{36}$'),
  connection_id text not null,
  -- null: of a form that is no rule yet
  rule_id text,
  -- {isOn, severity, weight, alerts, parameters} of a rule, or the form
  proposal jsonb not null,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  result jsonb,
  fault text,
  requested_by text not null,
  requested_actor text,
  requested_at timestamptz not null,
  finished_at timestamptz
);
create index backtest_of_rule on review.backtest (rule_id, id);

-- A violation that is left as it is, for a reason and a time: of one record, or of all whose column has a value.
create table review.waiver (
  id text primary key check (id ~ '^wvr_[0-9a-f-]{36}$'),
  version bigint not null default nextval('review.version'),
  connection_id text not null,
  object text not null,
  -- null: every rule of the record
  rule_id text,
  record_id text,
  -- column of the standard table and its value
  segment_column text,
  segment_value text,
  reason text not null,
  -- null: until it is lifted
  until_at timestamptz,
  made_by text not null,
  made_actor text,
  made_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  lifted_actor text,
  check (record_id is not null or (rule_id is not null and segment_column is not null and segment_value is not null)),
  check (record_id is null or segment_column is null)
);
create index waiver_of_record on review.waiver (connection_id, object, record_id) where lifted_at is null;
create index waiver_version on review.waiver (connection_id, object, version);

-- Who mends a finding and how far that has come; the finding itself is opened and closed by the pipeline.
create table review.finding_work (
  finding_id text primary key,
  -- Salesforce id of a user; null: nobody
  assignee_id text,
  state text not null default 'new' check (state in ('new', 'in-progress', 'blocked')),
  changed_at timestamptz not null
);
create index finding_work_assignee on review.finding_work (assignee_id);

-- Every word about a finding: comments, and each change of its assignee and state.
create table review.finding_note (
  id text primary key check (id ~ '^fnn_[0-9a-f-]{36}$'),
  finding_id text not null,
  comment text,
  assignee_id text,
  state text,
  made_by text not null,
  made_actor text,
  made_at timestamptz not null
);
create index finding_note_of on review.finding_note (finding_id, id);
