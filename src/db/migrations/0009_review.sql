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
