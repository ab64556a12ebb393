/** Days become the periods they lie in, and rows that share all of these one bucket. */

/** The day a value is as of. */
export const asOf = `current_setting('assay.as_of')::date`;

/** Buckets beside those of the calendar: rows without a day, and rows of which the day does not matter. */
export const undatedBucket = 'undated';
export const everyBucket = 'every';

/** The fiscal ones are as the org has them; a day of no fiscal year it knows is in none. */
const periods = (day: string, org: string) => `${calendarPeriods(day)},
  ('fiscal_year', ${org}.fiscal_year, ${org}.fiscal_year_start), ('fiscal_quarter', ${org}.fiscal_quarter, ${org}.fiscal_quarter_start)`;

const calendarPeriods = (day: string) => `('year', to_char(${day}, 'YYYY'), date_trunc('year', ${day})::date),
  ('quarter', to_char(${day}, 'YYYY"-Q"Q'), date_trunc('quarter', ${day})::date),
  ('month', to_char(${day}, 'YYYY-MM'), date_trunc('month', ${day})::date)`;

/** Months that a period has. */
const monthsOf = `case p.period_kind when 'month' then 1 when 'quarter' then 3 when 'fiscal_quarter' then 3 else 12 end`;
/** Whether the month of a day is the last one of its period that has begun. */
const isLastMonth = (day: string) => `date_trunc('month', ${day}) = date_trunc('month',
  least((p.period_start + make_interval(months => ${monthsOf}))::date - 1, ${asOf}))`;

/** CTE `calendar` (day, bucket), of the days there are: those of a bucket lie in the same periods, which its name holds. */
export const calendarSql = (days: string) => `calendar as materialized (
  select day, dense_rank() over (order by date_trunc('month', day), o.fiscal_quarter_start, o.fiscal_quarter, o.fiscal_year_start, o.fiscal_year)::int as bucket,
    jsonb_build_array(date_trunc('month', day)::date, o.fiscal_quarter_start, o.fiscal_quarter, o.fiscal_year_start, o.fiscal_year)::text as name
  from (${days}) d left join unified.dim_date o on o.date = d.day where day is not null
)`;

/**
 * CTE `bucket_period` (bucket, period_kind, period, period_start, is_last) of buckets by their names.
 * @param buckets SQL of a table with them
 * @param hasStock rows of the last month of a period are told from others, which depends on the day it is
 */
export const bucketPeriodSql = (buckets: string, hasStock: boolean) => `bucket_period as materialized (
  select c.bucket, p.period_kind, p.period, p.period_start, ${hasStock ? `coalesce(${isLastMonth('c.month')}, true)` : 'true'} as is_last
  from (
    select bucket, (names ->> 0)::date as month, (names ->> 1)::date as fiscal_quarter_start, names ->> 2 as fiscal_quarter,
      (names ->> 3)::date as fiscal_year_start, names ->> 4 as fiscal_year
    from (select bucket, case when bucket like '[%' then bucket::jsonb end as names from (select distinct bucket from ${buckets}) b) n
  ) c
  cross join lateral (values ('all', 'all', null::date), ${periods('c.month', 'c')}) p (period_kind, period, period_start)
  where p.period is not null and (c.month is not null or p.period = 'all')
  union all
  values ('${undatedBucket}', 'undated', 'undated', null::date, true)
)`;

/** The periods a day lies in, as SQL to put after \`cross join lateral\`: period_kind, period, period_start. */
export const periodsOfDay = (
  day: string,
) => `(select q.* from (select ${day} as day) x left join unified.dim_date o on o.date = x.day
  cross join lateral (values ('all', 'all', null::date), ${periods('x.day', 'o')}) q (period_kind, period, period_start) where q.period is not null)`;

/** The periods of every kind from a day, as SQL, to this one; to put after `cross join lateral`. */
export const periodsSince = (
  first: string,
) => `(select q.* from (select d::date as day from generate_series(date_trunc('month', ${first}), ${asOf}::timestamp, interval '1 month') d union select ${asOf}) d
  cross join lateral ${periodsOfDay('d.day')} q where q.period_start is not null and d.day >= ${first})`;

/** The length of a period by its kind, as SQL over a row that has it; a fiscal one that an org defines by weeks is about as long. */
const lengthOf = (of: string) => `case ${of}.period_kind when 'month' then interval '1 month'
  when 'quarter' then interval '3 months' when 'fiscal_quarter' then interval '3 months' else interval '1 year' end`;
/** A day in the middle of the period that comes so many after that of a row. */
const middleOf = (of: string, after: number) =>
  `(${of}.period_start + ${after} * ${lengthOf(of)} + ${lengthOf(of)} / 2)::date`;

/** First day of the period of the same kind so many before that of a row, as SQL. Fiscal ones begin where the org says. */
export const startBefore = (of: string, count: number) => `case
  when ${of}.period_kind like 'fiscal%' then (select case ${of}.period_kind when 'fiscal_year' then d.fiscal_year_start else d.fiscal_quarter_start end
    from unified.dim_date d where d.date = ${middleOf(of, -count)})
  else (${of}.period_start - ${count} * ${lengthOf(of)})::date end`;

/** The period of the same kind so many after that of a row, as SQL to put after \`cross join lateral\`. */
export const periodAfter = (of: string, count: number) =>
  `(select * from ${periodsOfDay(middleOf(of, count))} n where n.period_kind = ${of}.period_kind)`;

/** The day after the last one of the period of a row, as SQL. */
export const endOf = (of: string) => `coalesce(${startBefore(of, -1)}, (${of}.period_start + ${lengthOf(of)})::date)`;
