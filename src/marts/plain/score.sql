-- grain: one score of one object, whole or one dimension of it, by one complete sync
-- connection_id: Org
-- run_id: Sync that measured it
-- object: Salesforce object
-- dimension: Dimension of quality; null for the object as a whole
-- score: 0 to 1; null where nothing was measured, which is unknown and never good
-- applicable_count: Answers the score is a share of, each by the weight of its rule
-- record_count: Live records of the object
-- rules_hash: Which rules in which version made it; scores of different rules are never compared
-- measured_at: When it was measured
-- is_latest: The newest of its object and dimension
select s.connection_id, s.run_id, s.object, s.dimension, s.score, s.applicable_count, s.record_count, s.rules_hash, s.measured_at,
  row_number() over (partition by s.connection_id, s.object, s.dimension order by s.measured_at desc, s.run_id desc) = 1 as is_latest
from quality.score s
join control.run r on r.id = s.run_id and r.state in ('succeeded', 'succeeded_with_warnings')
