-- match, review: how far a model that was put aside would reach, who took it over, and decisions counted once.
alter table match.model_change
  -- records of clusters that differ, none of which moved; null of trainings before this was counted
  add column changed_record_count bigint,
  -- who took a held model over without a full sync, and why
  add column accepted_at timestamptz,
  add column accepted_by text,
  add column accepted_reason text,
  drop constraint model_change_cause_check,
  add constraint model_change_cause_check
    check (cause in ('first', 'engine', 'full', 'drift', 'labels', 'field', 'accepted'));
create index model_change_newest on match.model_change (entity, at desc, id desc);

-- of one that was undone: its version until then. With it, what stood at any version can be told
alter table review.decision add column decided_version bigint;
