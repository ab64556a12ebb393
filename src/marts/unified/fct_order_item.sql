-- grain: one product on one Salesforce order, neither deleted
-- key: connection_id, order_item_id
-- index on: opportunity_id
-- connection_id: Org it belongs to
-- order_item_id: Salesforce id
-- order_id: Salesforce id of the order
-- order_number: Number of the order
-- account_id: Salesforce account
-- account_key: Company in dim_account, through any merge of the account
-- opportunity_id: Deal the order came from
-- product_id: Product in dim_product
-- product_family: Product family
-- is_activated: The order is active
-- start_on: First day, of the item or else of the order
-- end_on: Last day, of the item or else of the order; null for what is sold once
-- quantity: Quantity
-- amount: Price of all, in the currency beside it: the corporate one where the org says its rate at the first day
-- currency: Currency of amount; null where the org does not name any
-- amount_record: Price of all, in the currency of the order
with {{key}},
{{rate}},
item as (
  select i.*, r.order_number, r.account_id, r.opportunity_id, coalesce(r.status_code, 'Activated') = 'Activated' as is_activated,
    coalesce(i.service_on, r.effective_on) as close_on, coalesce(i.end_on, r.end_on) as last_on,
    coalesce(i.total_price, i.quantity * i.unit_price) as amount,
    coalesce(i.currency_iso_code, r.currency_iso_code) as item_currency
  from standard.order_item i
  join standard."order" r on r.connection_id = i.connection_id and r.id = i.order_id and r.is_deleted is not true
  where i.is_deleted is not true
)
select
  i.connection_id, i.id as order_item_id, i.order_id, i.order_number, i.account_id, x.golden_id as account_key, i.opportunity_id,
  i.product_id, p.family as product_family, i.is_activated, i.close_on as start_on, i.last_on as end_on, i.quantity,
  case when converted.rate <> 1 then round(i.amount / converted.rate, 6) else i.amount end as amount,
  coalesce(converted.corporate, i.item_currency) as currency, i.amount as amount_record
from item i
left join standard.product2 p on p.connection_id = i.connection_id and p.id = i.product_id
left join key x on x.entity = 'account' and x.connection_id = i.connection_id and x.id = i.account_id
cross join lateral (select i.connection_id, i.close_on, i.item_currency as iso_code) o
{{deal_rate}}
