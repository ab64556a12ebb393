-- grain: one product on one Salesforce opportunity, neither deleted
-- key: connection_id, line_id
-- index on: opportunity_id
-- rows of standard.opportunity_line_item: connection_id, id
-- touched by standard.opportunity_line_item: select connection_id, id from moved where object = 'OpportunityLineItem'
-- touched by standard.opportunity: select l.connection_id, l.id from moved m join standard.opportunity_line_item l
--   on l.connection_id = m.connection_id and l.opportunity_id = m.id where m.object = 'Opportunity'
-- touched by standard.product2: select l.connection_id, l.id from moved m join standard.opportunity_line_item l
--   on l.connection_id = m.connection_id and l.product_id = m.id where m.object = 'Product2'
-- connection_id: Org the deal belongs to
-- line_id: Salesforce id
-- opportunity_id: Deal in fct_opportunity
-- product_id: Product in dim_product
-- product_name: Name of the product
-- product_family: Product family
-- quantity: Quantity
-- amount: Price of all after discount, in the currency beside it: the corporate one where the org says its rate at the close day
-- currency: Currency of amount; null where the org does not name any
-- amount_record: Price of all after discount, in the currency of the deal
-- unit_price_record: Price of one, in the currency of the deal
-- service_on: Day it is delivered or starts
with {{rate}}
select
  l.connection_id, l.id as line_id, l.opportunity_id, l.product_id, p.name as product_name, p.family as product_family, l.quantity,
  case when converted.rate <> 1 then round(l.total_price / converted.rate, 6) else l.total_price end as amount,
  coalesce(converted.corporate, o.iso_code) as currency, l.total_price as amount_record, l.unit_price as unit_price_record,
  l.service_on
from standard.opportunity_line_item l
join standard.opportunity d on d.connection_id = l.connection_id and d.id = l.opportunity_id and d.is_deleted is not true
left join standard.product2 p on p.connection_id = l.connection_id and p.id = l.product_id
cross join lateral (select d.connection_id, d.close_on, d.currency_iso_code as iso_code) o
{{deal_rate}}
where l.is_deleted is not true
