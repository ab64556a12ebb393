-- grain: one day; every day of ten years around the publication, and any farther day a deal closes on
-- key: date
-- touched by standard.opportunity: select c.close_on from (select o.close_on from moved m
--   join standard.opportunity o using (connection_id, id) where m.object = 'Opportunity'
--   union select f.close_on from moved m join unified.fct_opportunity f on f.connection_id = m.connection_id
--   and f.opportunity_id = m.id where m.object = 'Opportunity') c
--   where abs(extract(year from c.close_on) - extract(year from current_setting('assay.as_of')::date)) > 4
-- date: Day
-- year: Calendar year
-- quarter: Calendar quarter, e.g. 2026-Q1
-- month: First day of the month
-- week_start: Monday of the week
-- is_weekend: Saturday or Sunday
select
  d.date, extract(year from d.date)::int as year, to_char(d.date, 'YYYY"-Q"Q') as quarter,
  date_trunc('month', d.date)::date as month, date_trunc('week', d.date)::date as week_start,
  extract(isodow from d.date) >= 6 as is_weekend
from (
  select generate_series(y.first - interval '5 years', y.first + interval '5 years', interval '1 day')::date as date
  from (select date_trunc('year', current_setting('assay.as_of')::date) as first) y
  union
  select close_on from standard.opportunity where close_on is not null and is_deleted is not true
) d
