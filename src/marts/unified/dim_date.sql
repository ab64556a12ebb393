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
-- fiscal_year: Fiscal year of the org, e.g. FY2027; of several orgs, of the one that is oldest in Salesforce
-- fiscal_quarter: Fiscal quarter, e.g. FY2027-Q1
-- fiscal_month: Fiscal month, e.g. FY2027-M01
-- fiscal_week: Fiscal week, e.g. FY2027-W01: as the org defined it, else seven days each from the first day of the fiscal year
-- fiscal_year_start: First day of the fiscal year
-- fiscal_quarter_start: First day of the fiscal quarter
-- fiscal_month_start: First day of the fiscal month
-- fiscal_week_start: First day of the fiscal week
-- Two orgs with two calendars would put one day into two quarters: the view has the calendar of one.
with org as materialized (
  select connection_id, fiscal_year_start_month::int as first_month, coalesce(is_fiscal_year_named_by_start, false) as is_named_by_start
  from standard.organization
  where is_deleted is not true
  order by created_at, connection_id, id
  limit 1
),
span as (
  select date_trunc('year', current_setting('assay.as_of')::date) - interval '5 years' as first,
    date_trunc('year', current_setting('assay.as_of')::date) + interval '5 years' as last
),
day as (
  select generate_series(first, last, interval '1 day')::date as date from span
  union
  select close_on from standard.opportunity where close_on is not null and is_deleted is not true
),
-- The periods of the org by its own definition, as far as it has defined them.
period as materialized (
  select distinct on (lower(p.type), p.start_on) lower(p.type) as type, p.start_on, p.end_on, p.full_label
  from standard.period p
  join org using (connection_id)
  where p.is_deleted is not true and p.start_on <= p.end_on
  order by lower(p.type), p.start_on, p.id
),
fiscal_year as materialized (
  select *, coalesce(
      substring(full_label from '(?:^|\D)(\d{4})(?:\D|$)')::int,
      extract(year from case when (select is_named_by_start from org) then start_on else end_on end)::int) as number
  from period
  where type = 'year'
),
-- Periods that begin within a month, and years of other than twelve, are no calendar to count on by months where one is not defined.
is_custom as materialized (
  select exists (
    select from period
    where type in ('year', 'quarter', 'month') and (extract(day from start_on) <> 1
      or type = 'year' and end_on <> (start_on + interval '1 year' - interval '1 day')::date)
  ) as is_custom
),
numbered as (
  select p.type, p.start_on, p.end_on, y.number as year, y.start_on as year_start,
    row_number() over (partition by p.type, y.start_on order by p.start_on) as place
  from fiscal_year y
  join period p on p.start_on between y.start_on and y.end_on
),
defined as (
  select d::date as date,
    max(year) filter (where type = 'year') as year, max(year_start) filter (where type = 'year') as year_start,
    max(place) filter (where type = 'quarter') as quarter, max(start_on) filter (where type = 'quarter') as quarter_start,
    max(place) filter (where type = 'month') as month, max(start_on) filter (where type = 'month') as month_start,
    max(place) filter (where type = 'week') as week, max(start_on) filter (where type = 'week') as week_start
  from numbered
  cross join lateral generate_series(start_on, end_on, interval '1 day') d
  group by d
),
-- Months since the fiscal year began, of years of twelve calendar months.
counted as (
  select d.date, org.is_named_by_start, first_month,
    ((extract(month from d.date)::int - org.first_month + 12) % 12) as months,
    (date_trunc('month', d.date) - make_interval(months => (extract(month from d.date)::int - org.first_month + 12) % 12))::date as year_start
  from day d
  left join org on org.first_month between 1 and 12 and not (select is_custom from is_custom)
),
fiscal as (
  select c.date,
    coalesce(d.year, extract(year from c.year_start)::int + case when c.is_named_by_start or c.first_month = 1 then 0 else 1 end) as year,
    coalesce(d.year_start, c.year_start) as year_start,
    coalesce(d.quarter, c.months / 3 + 1) as quarter,
    coalesce(d.quarter_start, (c.year_start + make_interval(months => c.months / 3 * 3))::date) as quarter_start,
    coalesce(d.month, c.months + 1) as month,
    coalesce(d.month_start, (c.year_start + make_interval(months => c.months))::date) as month_start,
    d.week, d.week_start
  from counted c
  left join defined d on d.date = c.date
)
select
  date, extract(year from date)::int as year, to_char(date, 'YYYY"-Q"Q') as quarter,
  date_trunc('month', date)::date as month, date_trunc('week', date)::date as week_start,
  extract(isodow from date) >= 6 as is_weekend,
  'FY' || f.year as fiscal_year, 'FY' || f.year || '-Q' || f.quarter as fiscal_quarter,
  'FY' || f.year || '-M' || lpad(f.month::text, 2, '0') as fiscal_month,
  'FY' || f.year || '-W' || lpad(coalesce(f.week, (date - f.year_start) / 7 + 1)::text, 2, '0') as fiscal_week,
  -- A period has one first day, also where one that the org defined has the name of one that goes by months.
  min(f.year_start) over (partition by f.year) as fiscal_year_start,
  min(f.quarter_start) over (partition by f.year, f.quarter) as fiscal_quarter_start,
  min(f.month_start) over (partition by f.year, f.month) as fiscal_month_start,
  coalesce(f.week_start, f.year_start + (date - f.year_start) / 7 * 7) as fiscal_week_start
from fiscal f
