-- review: what people told us. Written by the API only; clustering and survivorship obey it. Rows are never deleted: an
-- undone decision or a lifted pin stays as its own audit.
create schema review;

-- moves with every decision, undoing, pin and lifting, in commit order (writers hold one advisory lock): a stage obeys
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
  -- of the evidence as the reviewer saw it: tells a decision about values that have changed since
  l_value_hash text not null,
  r_value_hash text not null,
  -- what the engine said then; null when it never compared the two. Label and prediction, for calibration
  weight double precision,
  probability double precision,
  reason text not null,
  decided_by text not null,
  decided_at timestamptz not null,
  undone_at timestamptz,
  undone_by text,
  undone_reason text,
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
  pinned_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text
);
create unique index pin_one_standing on review.pin (golden_id, field) where lifted_at is null;
create index pin_version on review.pin (version);

-- The last record a merged one lives on in, through any chain of merges.
create view mirror.merged_into as
with recursive chain as (
  select connection_id, loser_id, winner_id, 1 as depth from mirror.alias
  union all
  select c.connection_id, c.loser_id, a.winner_id, c.depth + 1
  from chain c
  join mirror.alias a on a.connection_id = c.connection_id and a.loser_id = c.winner_id
  where c.depth < 100 and a.winner_id <> c.loser_id
)
select distinct on (connection_id, loser_id) connection_id, loser_id, winner_id
from chain
order by connection_id, loser_id, depth desc;

-- who stood for which golden record when; the open rows are golden.crosswalk
create table golden.membership (
  entity text not null,
  connection_id text not null,
  id text not null,
  object text not null,
  golden_id text not null references golden.identity,
  since_at timestamptz not null,
  since_run_id text not null,
  until_at timestamptz,
  until_run_id text
);
create index membership_record on golden.membership (entity, connection_id, id);
create index membership_golden on golden.membership (golden_id);
insert into golden.membership (entity, connection_id, id, object, golden_id, since_at, since_run_id)
select x.entity, x.connection_id, x.id, x.object, x.golden_id, i.minted_at, x.since_run_id
from golden.crosswalk x join golden.identity i using (golden_id);

create index identity_alive on golden.identity (entity) where retired_at is null;
create index identity_heir on golden.identity (retired_into);

-- up to where clustering has obeyed: when none of it has moved, there is nothing to do
create table golden.progress (
  entity text primary key,
  match_fingerprint text,
  review_version bigint not null,
  definition_hash text not null,
  run_id text not null
);

-- what a run did to the ids that were alive before it; only runs that changed something
create table golden.stability (
  run_id text not null,
  entity text not null,
  at timestamptz not null,
  id_count bigint not null,
  -- still the id of a golden record
  kept_count bigint not null,
  -- kept, and no member was taken away or came from another id
  unchanged_count bigint not null,
  minted_count bigint not null,
  merged_count bigint not null,
  split_count bigint not null,
  retired_count bigint not null,
  moved_count bigint not null,
  primary key (run_id, entity)
);

-- golden ids whose members changed and that survivorship has yet to redo
create table golden.changed (
  golden_id text primary key,
  entity text not null
);

-- Any record that ever was into its golden id: members, and records merged away in Salesforce through their winner.
create view golden.record_key as
select entity, connection_id, id, golden_id from golden.crosswalk
union all
select x.entity, m.connection_id, m.loser_id, x.golden_id
from mirror.merged_into m
join golden.crosswalk x on x.connection_id = m.connection_id and x.id = m.winner_id
where not exists (select from golden.crosswalk own
  where own.entity = x.entity and own.connection_id = m.connection_id and own.id = m.loser_id);

-- What a decision was about: the values of an evidence row, not its ids, times or columns that are blank.
create function review.value_hash(evidence jsonb) returns text
  language sql immutable parallel safe return
  md5((jsonb_strip_nulls(evidence) - array['connection_id', 'object', 'id', '_version', 'modified_at'])::text);

-- pairs a person should look at, the most useful first
create table golden.review_item (
  entity text not null,
  l_connection_id text not null,
  l_id text not null,
  r_connection_id text not null,
  r_id text not null,
  l_golden_id text not null,
  r_golden_id text not null,
  -- unsure: in the review band; cut: evidence to link, which the rest of the clusters speaks against; changed: decided,
  -- but about values that have changed since
  reason text not null check (reason in ('unsure', 'cut', 'changed')),
  weight double precision,
  probability double precision,
  -- 0 sure, 1 even odds
  uncertainty double precision not null,
  -- what hangs on it: records of both golden ids, open money tied to them
  record_count bigint not null,
  open_amount double precision not null,
  -- uncertainty * (ln(1 + records) + ln(1 + amount))
  priority double precision not null,
  primary key (entity, l_connection_id, l_id, r_connection_id, r_id)
);
create index review_item_first on golden.review_item (priority desc, entity, l_connection_id, l_id, r_connection_id, r_id);
