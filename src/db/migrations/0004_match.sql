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
  -- apart: kept only where the pair weighs on a cluster
  decision text not null check (decision in ('link', 'review', 'cut', 'apart')),
  evidence jsonb not null,
  -- the blocking rule under which the two were compared
  rule text,
  primary key (entity, l_connection_id, l_id, r_connection_id, r_id)
);
create index pair_right on match.pair (entity, r_connection_id, r_id);

-- Records whose pairs were brought up to date, by entity in the order of their commits, one row each: clustering looks at
-- these instead of at all of them. All compared anew leaves none.
create table match.touched (
  entity text not null,
  connection_id text not null,
  id text not null,
  version bigint not null,
  primary key (entity, connection_id, id)
);
create index touched_version on match.touched (entity, version);

-- The model an entity's pairs were weighed with. Changed records are weighed with it until it is trained anew, so that no
-- two weights of one entity come from different models. The keys of the records, match.<entity>_record, are created when
-- it is trained.
create table match.model (
  entity text primary key,
  id text not null,
  engine_version int not null,
  -- the frozen model, as text
  content text not null,
  trained_at timestamptz not null,
  run_id text not null,
  -- records it was trained on, and records compared with it that moved since
  trained_count bigint not null,
  moved_count bigint not null default 0,
  -- up to which decision of reviewers it has learnt
  review_version bigint not null default 0
);

-- What deals are weighed by, as it was learnt: those that move are weighed by it until it is learnt anew. What is kept of each
-- deal, match.<entity>_record, is created then.
create table match.deal_model (
  entity text primary key,
  version int not null,
  content jsonb not null,
  run_id text not null,
  -- deals it was learnt from, and deals weighed by it that moved since
  learnt_count bigint not null,
  moved_count bigint not null default 0
);

-- one line a training, never deleted: the clusters by the old model beside those by the new one
create table match.model_change (
  id text primary key,
  entity text not null,
  run_id text not null,
  at timestamptz not null,
  cause text not null check (cause in ('first', 'engine', 'full', 'drift', 'labels', 'field', 'accepted')),
  -- the new model was put aside: it would have changed too much that nobody touched
  held boolean not null,
  label_count bigint not null,
  -- of the labels, those each model has on the wrong side of even odds; null for a model there was not
  old_wrong_count bigint,
  new_wrong_count bigint not null,
  -- of clusters of two records and more of which nothing moved since the old model last looked
  unchanged_count bigint not null,
  added_count bigint not null,
  removed_count bigint not null,
  split_count bigint not null,
  merged_count bigint not null,
  -- records of clusters that differ, none of which moved: how far a held model would reach
  changed_record_count bigint,
  -- precision and recall of the groups, estimated without labels, each { estimate, low, high }; or cannotTell, why not
  assessment jsonb,
  -- who took a held model over without a full sync, and why
  accepted_at timestamptz,
  accepted_by text,
  accepted_actor text,
  accepted_reason text
);
create index model_change_newest on match.model_change (entity, at desc, id desc);
