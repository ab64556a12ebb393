-- grain: one org of whose leads some are older than the changes of Status that Salesforce still has
-- key: connection_id
-- connection_id: Org the leads belong to
-- since: First day of which changes are known
-- is_sql_named: Some status says that a lead is sales qualified, so a day that is gone may have been the one
-- Salesforce drops changes after 18 to 24 months. Where the first one is as old as that, and leads are older by a whole window,
-- what became of them is gone; a younger history may have begun with the first change there was.
with {{status_rule}}
select h.connection_id, h.since, exists (select from rule where stage = 'sql') as is_sql_named
from (select connection_id, min(changed_on) as since from unified.fct_lead_status group by connection_id) h
where h.since < date_trunc('month', current_setting('assay.as_of')::date) - interval '17 months'
  and exists (select from unified.fct_lead l where l.connection_id = h.connection_id and l.created_on < h.since - 90)
