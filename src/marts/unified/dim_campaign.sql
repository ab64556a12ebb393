-- grain: one campaign
-- key: connection_id, campaign_id
-- index on: currency
-- rows of standard.campaign: connection_id, id
-- touched by standard.campaign: select connection_id, id from moved where object = 'Campaign'
-- connection_id: Org the campaign belongs to
-- campaign_id: Salesforce id
-- name: Name
-- type: Channel
-- status: Status
-- start_on: First day
-- end_on: Last day
-- actual_cost: Money spent, in the currency beside it: the corporate one where the org says its rate, which for campaigns is never a dated one
-- budgeted_cost: Money planned, in the same currency
-- owner_id: Owner, a user
-- currency: Currency of both; null where the org does not name any
-- actual_cost_record: Money spent, in the currency of the record
with {{rate}}
select
  c.connection_id, c.id as campaign_id, c.name, c.type, c.status, c.start_on, c.end_on,
  case when rate.rate <> 1 then round(c.actual_cost / rate.rate, 6) else c.actual_cost end as actual_cost,
  case when rate.rate <> 1 then round(c.budgeted_cost / rate.rate, 6) else c.budgeted_cost end as budgeted_cost,
  c.owner_id, coalesce(rate.corporate, c.currency_iso_code, named.corporate) as currency, c.actual_cost as actual_cost_record
from standard.campaign c
left join rate on rate.connection_id = c.connection_id and rate.iso_code = c.currency_iso_code and rate.rate is not null
-- A record without a currency is of an org of one, or of its own.
left join (select distinct connection_id, corporate from rate) named on named.connection_id = c.connection_id
where c.is_deleted is not true
