-- grain: one quota of one owner in one period
-- key: connection_id, quota_id
-- rows of standard.forecasting_quota: connection_id, id
-- touched by standard.forecasting_quota: select connection_id, id from moved where object = 'ForecastingQuota'
-- connection_id: Org the quota belongs to
-- quota_id: Salesforce id
-- owner_id: User who carries it
-- start_on: First day of the period
-- quota_amount: Amount to sell
-- forecasting_type_id: Forecast type
select connection_id, id as quota_id, quota_owner_id as owner_id, start_on, quota_amount, forecasting_type_id
from standard.forecasting_quota
where is_deleted is not true
