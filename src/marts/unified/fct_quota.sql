-- grain: one quota of one owner in one period
-- key: connection_id, quota_id
-- connection_id: Org the quota belongs to
-- quota_id: Salesforce id; of the input targets the number of its line
-- owner_id: User who carries it
-- start_on: First day of the period
-- quota_amount: Amount to sell, in the currency beside it: the corporate one where the org says its rate
-- forecasting_type_id: Forecast type; target for those of the input targets
-- end_on: Last day of the period; of Salesforce of the month where quotas of the type start in every month of a quarter, else of three months: of the fiscal month or quarter of the org where it begins with one
-- has_begun: The period has begun
-- currency: Currency of quota_amount; null where the org does not name any
-- is_top: No other quota of the same type and period holds it: its owner has no manager with one
with {{rate}},
-- The choice: targets that people gave, else the quotas of Salesforce.
given as (
  select l.line, l.place
  from review.input_now i cross join lateral jsonb_array_elements(i.lines) with ordinality l (line, place)
  where i.name = 'targets'
),
target as (
  select u.connection_id, 'target ' || g.place as id, u.id as owner_id, (g.line ->> 'start')::date as start_on,
    (g.line ->> 'amount')::numeric as amount, 'target' as type,
    ((g.line ->> 'start')::date + make_interval(months => coalesce((g.line ->> 'months')::int, 3)))::date - 1 as end_on,
    coalesce(g.line ->> 'currency', (select min(r.corporate) from rate r where r.connection_id = u.connection_id)) as iso_code
  from given g
  cross join lateral (
    select u.connection_id, u.id from standard."user" u
    where u.is_deleted is not true and (u.id = g.line ->> 'owner' or left(u.id, 15) = g.line ->> 'owner' or lower(u.email) = lower(g.line ->> 'owner'))
    order by u.is_active desc nulls last, u.connection_id, u.id limit 1
  ) u
),
-- The last days of fiscal months and quarters by their first, which an org may define by weeks.
fiscal as materialized (
  select true as is_monthly, fiscal_month_start as start_on, max(date) as end_on from unified.dim_date group by fiscal_month_start
  union all
  select false, fiscal_quarter_start, max(date) from unified.dim_date group by fiscal_quarter_start
),
forecast as (
  select *, mod(extract(month from start_on)::int, 3) as place,
    exists (select from fiscal f where not f.is_monthly and f.start_on = q.start_on) as begins_quarter
  from standard.forecasting_quota q
  where is_deleted is not true and not exists (select from given)
),
typed as (
  select *, case when bool_or(begins_quarter) over type then not bool_and(begins_quarter) over type
    else min(place) over type < max(place) over type end as is_monthly
  from forecast
  window type as (partition by connection_id, forecasting_type_id)
),
quota as (
  select t.connection_id, t.id, t.quota_owner_id as owner_id, t.start_on, t.quota_amount as amount, t.forecasting_type_id as type,
    coalesce(f.end_on, (t.start_on + case when t.is_monthly then interval '1 month' else interval '3 months' end)::date - 1) as end_on,
    t.currency_iso_code as iso_code
  from typed t
  left join fiscal f on f.is_monthly = t.is_monthly and f.start_on = t.start_on
  union all
  select * from target
)
select
  quota.connection_id, quota.id as quota_id, quota.owner_id, quota.start_on,
  case when rate.rate <> 1 then round(quota.amount / rate.rate, 6) else quota.amount end as quota_amount,
  quota.type as forecasting_type_id, quota.end_on,
  quota.start_on <= current_setting('assay.as_of')::date as has_begun,
  coalesce(rate.corporate, quota.iso_code) as currency,
  not exists (
    select from unified.team_member t
    join quota above on above.connection_id = t.connection_id and above.owner_id = t.team_id
    where t.connection_id = quota.connection_id and t.user_id = quota.owner_id and t.team_id <> quota.owner_id
      and above.type is not distinct from quota.type and above.start_on = quota.start_on
  ) as is_top
from quota
left join rate on rate.connection_id = quota.connection_id and rate.iso_code = quota.iso_code and rate.rate is not null
