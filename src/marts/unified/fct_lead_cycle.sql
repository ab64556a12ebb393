-- grain: one lead with the days it came to each step of the funnel; the first inquiry of a person has those of the person
-- key: connection_id, lead_id
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
with qualifies as (
  -- A stage that people say nothing of goes by the words of the status.
  select s.status, s.status ~* w.words as names_it, w.stage
  from (select distinct new_status as status from unified.fct_lead_status) s
  cross join (values ('mql', '\m(mql|marketing[ -]?qualified)'), ('sql', '\m(sql|sal|sales[ -]?(qualified|accepted))')) w (stage, words)
),
rule as (
  select q.stage, q.status from qualifies q
  where case when exists (select from unified.lead_status_stage g where g.stage = q.stage)
    then exists (select from unified.lead_status_stage g where g.stage = q.stage and lower(g.status) = lower(q.status)) else q.names_it end
),
status as (
  select h.connection_id, h.lead_id, min(h.changed_on) filter (where r.stage = 'mql') as mql_on, min(h.changed_on) filter (where r.stage = 'sql') as sql_on
  from unified.fct_lead_status h
  join rule r on r.status = h.new_status
  group by h.connection_id, h.lead_id
),
-- Salesforce drops changes after 18 to 24 months. Where the first one is as old as that, and leads are older by a whole window,
-- what became of them is gone; a younger history may have begun with the first change there was.
known as (
  select h.connection_id, h.since
  from (select connection_id, min(changed_on) as since from unified.fct_lead_status group by connection_id) h
  where h.since < date_trunc('month', current_setting('assay.as_of')::date) - interval '17 months'
    and exists (select from unified.fct_lead l where l.connection_id = h.connection_id and l.created_on < h.since - 90)
),
step as (
  select coalesce(l.created_on >= k.since, true) as is_mql_known, l.connection_id, l.lead_id, l.person_key, l.owner_id, l.lead_source, l.created_on, l.counts_in_clean, s.mql_on,
    least(s.sql_on, case when l.is_converted then l.converted_on end) as sql_on, o.created_on as opportunity_on,
    case when o.is_won then o.close_on end as own_won_on, case when c.is_won then c.close_on end as won_on
  from unified.fct_lead l
  left join status s on s.connection_id = l.connection_id and s.lead_id = l.lead_id
  left join known k on k.connection_id = l.connection_id
  left join unified.fct_opportunity o on o.connection_id = l.connection_id and o.opportunity_id = l.converted_opportunity_id
  left join unified.fct_opportunity c on c.connection_id = o.connection_id and c.opportunity_id = coalesce(o.duplicate_of, o.opportunity_id)
)
select connection_id, lead_id, owner_id, lead_source, created_on, counts_in_clean,
  least(mql_on, sql_on, opportunity_on, own_won_on) as mql_on_raw, least(sql_on, opportunity_on, own_won_on) as sql_on_raw,
  least(opportunity_on, own_won_on) as opportunity_on_raw, own_won_on as won_on_raw,
  min(least(mql_on, sql_on, opportunity_on, won_on)) over person as mql_on, min(least(sql_on, opportunity_on, won_on)) over person as sql_on,
  min(least(opportunity_on, won_on)) over person as opportunity_on, min(won_on) over person as won_on,
  is_mql_known, is_mql_known or not exists (select from rule where stage = 'sql') as is_sql_known
from step
window person as (partition by coalesce(person_key, connection_id || ' ' || lead_id))
