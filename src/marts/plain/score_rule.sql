-- grain: one rule as one complete sync asked it: the counts that scores are made of
-- connection_id: Org
-- run_id: Sync that asked
-- rule_id: Rule
-- rule_version: Its version
-- rule_revision: What people had set of it; 0 for nothing
-- object: Salesforce object
-- dimension: Dimension of quality
-- applicable_count: Records it was asked of
-- violated_count: Of these in violation
-- waived_count: In violation and waived, in neither of the two
-- weight: Of a record, against 1 of another rule of the dimension
select c.connection_id, c.run_id, c.rule_id, c.rule_version, c.rule_revision, c.object, c.dimension, c.applicable_count, c.violated_count,
  c.waived_count, c.weight
from quality.check_result c
join control.run r on r.id = c.run_id and r.state in ('succeeded', 'succeeded_with_warnings')
