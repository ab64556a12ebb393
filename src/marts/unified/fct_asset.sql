-- grain: one product that a customer has, a Salesforce asset that is not deleted; none of a competitor
-- key: connection_id, asset_id
-- connection_id: Org it belongs to
-- asset_id: Salesforce id
-- account_id: Salesforce account
-- account_key: Company in dim_account, through any merge of the account
-- product_id: Product in dim_product
-- product_family: Product family
-- name: Name
-- status: Status
-- start_on: Day it was installed or else bought
-- end_on: Last day of use; null while none is known
-- quantity: Quantity
-- amount: Price paid, in the currency beside it: the corporate one where the org says its rate at the first day
-- currency: Currency of amount; null where the org does not name any
with {{key}},
{{rate}}
select
  a.connection_id, a.id as asset_id, a.account_id, x.golden_id as account_key, a.product_id, p.family as product_family, a.name, a.status,
  coalesce(a.install_on, a.purchase_on) as start_on, a.usage_end_on as end_on, a.quantity,
  case when converted.rate <> 1 then round(a.price / converted.rate, 6) else a.price end as amount,
  coalesce(converted.corporate, a.currency_iso_code) as currency
from standard.asset a
left join standard.product2 p on p.connection_id = a.connection_id and p.id = a.product_id
left join key x on x.entity = 'account' and x.connection_id = a.connection_id and x.id = a.account_id
cross join lateral (select a.connection_id, coalesce(a.install_on, a.purchase_on) as close_on, a.currency_iso_code as iso_code) o
{{deal_rate}}
where a.is_deleted is not true and a.is_competitor is not true
