-- grain: one lead with the days it came to each step of the funnel; the first inquiry of a person has those of the person
-- key: connection_id, lead_id
-- rows of unified.fct_lead: connection_id, lead_id
-- rows of unified.fct_lead_status: connection_id, lead_id
-- and with them: select f.connection_id, f.lead_id from direct d join unified.fct_lead o
--   on o.connection_id = d.connection_id and o.lead_id = d.lead_id join unified.fct_lead f on f.person_key = o.person_key
-- touched by unified.fct_lead: select connection_id, lead_id from touched
-- touched by unified.fct_lead_status: select s.connection_id, s.lead_id
--   from touched t join unified.fct_lead_status s using (connection_id, change_id)
-- touched by unified.fct_opportunity: select l.connection_id, l.lead_id from touched t join unified.fct_lead l
--   on l.connection_id = t.connection_id and l.converted_opportunity_id = t.opportunity_id
-- connection_id: Org the lead belongs to
-- lead_id: Lead in fct_lead
-- owner_id: Owner, a user or queue
-- lead_source: Where the lead came from
-- created_on: Day it was created, in the time zone of the org
-- counts_in_clean: First inquiry of its person, or its person is unknown
-- mql_on_raw: Marketing qualified: its Status came to be one that the input mql names, else to say so (MQL, Marketing Qualified); a later step counts as this one too
-- sql_on_raw: Sales qualified: its Status came to be one that the input mql names, else to say so (SQL, SAL, Sales Qualified, Sales Accepted), or it was converted
-- opportunity_on_raw: The deal it became was created
-- won_on_raw: That deal was won
-- mql_on: The same for any record of the person
-- sql_on: See sql_on_raw
-- opportunity_on: See opportunity_on_raw
-- won_on: See won_on_raw; of copies of the deal the one that counts
-- is_mql_known: Not older than the history of Status in its org, which Salesforce keeps for two years
-- is_sql_known: The same; where no status says so, a conversion alone does, and that is known
with {{status_rule}},
status as (
  select h.connection_id, h.lead_id, min(h.changed_on) filter (where r.stage = 'mql') as mql_on, min(h.changed_on) filter (where r.stage = 'sql') as sql_on
  from unified.fct_lead_status h
  join rule r on r.status = h.new_status
  group by h.connection_id, h.lead_id
),
step as (
  select coalesce(l.created_on >= k.since, true) as is_mql_known, coalesce(k.is_sql_named, false) as is_sql_named, l.connection_id, l.lead_id, l.person_key, l.owner_id, l.lead_source, l.created_on, l.counts_in_clean, s.mql_on,
    least(s.sql_on, case when l.is_converted then l.converted_on end) as sql_on, o.created_on as opportunity_on,
    case when o.is_won then o.close_on end as own_won_on, case when c.is_won then c.close_on end as won_on
  from unified.fct_lead l
  left join status s on s.connection_id = l.connection_id and s.lead_id = l.lead_id
  left join unified.lead_status_known k on k.connection_id = l.connection_id
  left join unified.fct_opportunity o on o.connection_id = l.connection_id and o.opportunity_id = l.converted_opportunity_id
  left join unified.fct_opportunity c on c.connection_id = o.connection_id and c.opportunity_id = coalesce(o.duplicate_of, o.opportunity_id)
)
select connection_id, lead_id, owner_id, lead_source, created_on, counts_in_clean,
  least(mql_on, sql_on, opportunity_on, own_won_on) as mql_on_raw, least(sql_on, opportunity_on, own_won_on) as sql_on_raw,
  least(opportunity_on, own_won_on) as opportunity_on_raw, own_won_on as won_on_raw,
  min(least(mql_on, sql_on, opportunity_on, won_on)) over person as mql_on, min(least(sql_on, opportunity_on, won_on)) over person as sql_on,
  min(least(opportunity_on, won_on)) over person as opportunity_on, min(won_on) over person as won_on,
  is_mql_known, is_mql_known or not is_sql_named as is_sql_known
from step
window person as (partition by coalesce(person_key, connection_id || ' ' || lead_id))
