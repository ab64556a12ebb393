-- grain: one quality rule, as the last sync judged by it
-- rule_id: Rule
-- object: Salesforce object
-- field: Field it is about; null for a whole record
-- dimension: Dimension of quality
-- severity: warn or critical
-- title: What it finds
-- advice: What to do
-- version: Version of its conditions
select distinct on (rule_id) rule_id, object, definition ->> 'field' as field, dimension, definition ->> 'severity' as severity,
  definition ->> 'title' as title, definition ->> 'advice' as advice, version
from quality.rule_version
order by rule_id, first_seen_at desc, version desc, revision desc
