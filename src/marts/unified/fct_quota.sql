-- grain: one quota of one owner in one period
-- key: connection_id, quota_id
-- connection_id: Org the quota belongs to
-- quota_id: Salesforce id
-- owner_id: User who carries it
-- start_on: First day of the period
-- quota_amount: Amount to sell, in the currency beside it: the corporate one where the org says its rate
-- forecasting_type_id: Forecast type
-- end_on: Last day of the period: of the month where quotas of the type start in every month of a quarter, else of three months
-- has_begun: The period has begun
-- currency: Currency of quota_amount; null where the org does not name any
with quota as (
  select *, mod(extract(month from start_on)::int, 3) as place
  from standard.forecasting_quota
  where is_deleted is not true
),
{{rate}}
select
  quota.connection_id, quota.id as quota_id, quota_owner_id as owner_id, start_on,
  case when rate.rate <> 1 then round(quota_amount / rate.rate, 6) else quota_amount end as quota_amount, forecasting_type_id,
  (start_on + case when min(place) over type < max(place) over type then interval '1 month' else interval '3 months' end)::date
    - 1 as end_on,
  start_on <= current_setting('assay.as_of')::date as has_begun,
  coalesce(rate.corporate, quota.currency_iso_code) as currency
from quota
left join rate on rate.connection_id = quota.connection_id and rate.iso_code = quota.currency_iso_code and rate.rate is not null
window type as (partition by quota.connection_id, forecasting_type_id)
