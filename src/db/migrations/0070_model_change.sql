-- match: how much the decisions of reviewers have moved a model, and what each training changed.
-- up to which decision it has learnt
alter table match.model add column review_version bigint not null default 0;

-- one line a training, never deleted: the clusters by the old model beside those by the new one
create table match.model_change (
  id text primary key,
  entity text not null,
  run_id text not null,
  at timestamptz not null,
  cause text not null check (cause in ('first', 'engine', 'full', 'drift', 'labels', 'field')),
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
  merged_count bigint not null
);
