-- grain: one finding: one rule broken by one record, from opening to closing
-- key: issue_id
-- rows of quality.finding: id
-- touched by quality.finding: select id from found
-- issue_id: Id of the finding
-- rule_id: Rule that is broken
-- connection_id: Org the record belongs to
-- object: Salesforce object
-- salesforce_id: Salesforce id of the record
-- field: Field it is about; null for the whole record
-- dimension: Dimension of quality
-- severity: warn or critical
-- is_stale: A staleness rule
-- owner_id: Owner of the record
-- amount: Money it touches
-- is_waived: Somebody decided to leave it as it is; it counts in no score
-- opened_at: When it was first seen
-- closed_at: When it was gone; null while it is open
-- close_reason: fixed: the record was corrected; gone: it was deleted; rule: the rule changed or was switched off
select
  id as issue_id, rule_id, connection_id, object, record_id as salesforce_id, field, dimension, severity, is_stale,
  owner_id, amount,
  is_waived, opened_at, closed_at, close_reason
from quality.finding
