-- grain: one kind of entity that is matched by a model, as of its newest training
-- entity: person or company
-- measured_at: When the model was trained
-- run_id: Run that trained it
-- precision_estimate: Of the pairs in groups, how many are right: 0 to 1, estimated without labels
-- precision_low: The truth is above it and under precision_high in nine files of ten
-- precision_high: See precision_low
-- recall_estimate: Of the true pairs, how many are in groups: 0 to 1, estimated without labels
-- recall_low: The truth is above it and under recall_high in nine files of ten
-- recall_high: See recall_low
-- cannot_tell: Why neither can be told; null where they are
select distinct on (entity)
  entity, at as measured_at, run_id,
  (assessment -> 'precision' ->> 'estimate')::numeric as precision_estimate,
  (assessment -> 'precision' ->> 'low')::numeric as precision_low,
  (assessment -> 'precision' ->> 'high')::numeric as precision_high,
  (assessment -> 'recall' ->> 'estimate')::numeric as recall_estimate,
  (assessment -> 'recall' ->> 'low')::numeric as recall_low,
  (assessment -> 'recall' ->> 'high')::numeric as recall_high,
  assessment ->> 'cannotTell' as cannot_tell
from match.model_change
where assessment is not null and not held
order by entity, at desc, id desc
