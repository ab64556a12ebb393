-- grain: one live record as the last sync judged it; with dim_user or the record's own fields, scores by owner, team or any segment
-- connection_id: Org
-- object: Salesforce object
-- salesforce_id: Salesforce id of the record
-- rule_id: Rule that was asked of it
-- dimension: Dimension of quality
-- weight: Of the record in its dimension
-- is_violated: The record breaks the rule; null where that is waived
select j.connection_id, j.object, j.record_id as salesforce_id, c.rule_id, c.dimension, c.weight,
  case substr(j.verdict, c.place, 1) when 'v' then true when 'k' then false end as is_violated
from quality.judged j
join quality.judgement g using (connection_id, object)
join (
  select run_id, object, rule_id, dimension, weight,
    row_number() over (partition by run_id, object order by rule_id collate "C")::int as place
  from quality.check_result
) c on c.run_id = g.run_id and c.object = j.object
where substr(j.verdict, c.place, 1) <> '-'
