-- Which Status of a lead means which stage.
qualifies as (
  -- A stage that people say nothing of goes by the words of the status.
  select s.status, s.status ~* w.words as names_it, w.stage
  from (select distinct new_status as status from unified.fct_lead_status) s
  cross join (values ('mql', '\m(mql|marketing[ -]?qualified)'), ('sql', '\m(sql|sal|sales[ -]?(qualified|accepted))')) w (stage, words)
),
rule as (
  select q.stage, q.status from qualifies q
  where case when exists (select from unified.lead_status_stage g where g.stage = q.stage)
    then exists (select from unified.lead_status_stage g where g.stage = q.stage and lower(g.status) = lower(q.status)) else q.names_it end
)
