-- grain: one sale: a won deal, an item of an active order or an asset
-- key: connection_id, revenue_id
-- index on: customer_key, account_id
-- rows of unified.fct_opportunity: connection_id, opportunity_id
-- touched by unified.fct_opportunity: select connection_id, opportunity_id from touched
--   union select i.connection_id, i.order_item_id from touched t join unified.fct_order_item i
--   on i.connection_id = t.connection_id and i.opportunity_id = t.opportunity_id
-- touched by unified.fct_opportunity_line: select l.connection_id, l.opportunity_id from touched
--   join unified.fct_opportunity_line l using (connection_id, line_id)
-- and with them: select y.connection_id, y.opportunity_id from direct d join unified.fct_opportunity x
--   on x.connection_id = d.connection_id and x.opportunity_id = d.revenue_id join unified.fct_opportunity y on y.deal_key = x.deal_key
-- connection_id: Org it belongs to
-- revenue_id: Salesforce id
-- object: Opportunity, OrderItem or Asset
-- opportunity_id: Deal it came from
-- account_id: Salesforce account
-- account_key: Company in dim_account
-- customer_key: The company at the top of those above it: the customer
-- owner_id: Owner of the deal, a user
-- start_on: First day
-- term_months: Months it runs; null for what is sold once
-- is_renewal: It renews what the customer had, by the type of its deal
-- amount: Amount of the whole term, in the currency beside it
-- amount_counted: What the clean basis counts: of a deal the surviving amount of its copies
-- currency: Currency of both; none where the org does not name any
-- counts_in_clean: Counted on the clean basis; false for copies of deals
-- product_id: Product in dim_product; of a deal its only one
-- end_on: Last day where a record says one; a renewal without begins where the term before it ends, one with it ends that term where it begins
with given as (
  select l.line ->> 'object' as object, l.line ->> 'type' as type, (l.line ->> 'term')::int as term
  from review.input_now i cross join lateral jsonb_array_elements(i.lines) l (line)
  where i.name = 'recurring'
),
item as (
  select connection_id, order_item_id as id, 'OrderItem' as object, opportunity_id, account_id, account_key, null::text as owner_id, start_on, end_on,
    product_family as type, amount, amount as amount_counted, currency, true as counts_in_clean, product_id
  from unified.fct_order_item
  where is_activated and start_on is not null and amount is not null
),
asset as (
  select connection_id, asset_id as id, 'Asset' as object, null::text as opportunity_id, account_id, account_key, null::text as owner_id, start_on, end_on,
    product_family as type, amount, amount as amount_counted, currency, true as counts_in_clean, product_id
  from unified.fct_asset
  where start_on is not null and amount is not null
),
-- The contract of a deal, and what is sold by it, may hang on a copy of it.
signed as (
  select o.connection_id, coalesce(o.duplicate_of, o.opportunity_id) as opportunity_id, min(o.contract_id) as contract_id
  from unified.fct_opportunity o
  where o.is_won and o.contract_id is not null
  group by o.connection_id, coalesce(o.duplicate_of, o.opportunity_id)
),
sold as (
  select o.connection_id, coalesce(o.duplicate_of, o.opportunity_id) as opportunity_id, min(l.product_id) as product_id
  from unified.fct_opportunity o
  join unified.fct_opportunity_line l on l.connection_id = o.connection_id and l.opportunity_id = o.opportunity_id and l.product_id is not null
  where o.is_won
  group by o.connection_id, coalesce(o.duplicate_of, o.opportunity_id)
  having min(l.product_id) = max(l.product_id)
),
deal as (
  select o.connection_id, o.opportunity_id as id, 'Opportunity' as object, o.opportunity_id, o.account_id, o.account_key, o.owner_id,
    coalesce(c.start_on, o.close_on) as start_on, c.end_on, o.type, o.amount, o.amount_counted, o.currency, o.counts_in_clean, sold.product_id
  from unified.fct_opportunity o
  left join signed g on g.connection_id = o.connection_id and g.opportunity_id = o.opportunity_id
  left join sold on sold.connection_id = o.connection_id and sold.opportunity_id = coalesce(o.duplicate_of, o.opportunity_id)
  left join unified.fct_contract c on c.connection_id = o.connection_id and c.contract_id = coalesce(o.contract_id, g.contract_id)
  where o.is_won and o.close_on is not null
),
-- The choice of each org: the objects that people name, else order items that end, else assets that end, else deals.
choice as (
  select o.connection_id, g.object
  from (select distinct connection_id from deal union select connection_id from item union select connection_id from asset) o
  cross join lateral (
    select distinct object from given
    union all
    select case
        when exists (select from item where item.connection_id = o.connection_id and end_on is not null) then 'OrderItem'
        when exists (select from asset where asset.connection_id = o.connection_id and end_on is not null) then 'Asset'
        else 'Opportunity'
      end
    where not exists (select from given)
  ) g
),
sale as (
  select s.* from (select * from item union all select * from asset union all select * from deal) s
  join choice using (connection_id, object)
  /* part: where (s.connection_id, s.id) in (select connection_id, revenue_id from touched) */
)
select
  s.connection_id, s.id as revenue_id, s.object, s.opportunity_id, s.account_id, s.account_key,
  coalesce(c.customer_key, s.account_key, s.account_id) as customer_key, s.owner_id, s.start_on,
  case
    when g.term = 0 then null
    when s.end_on >= s.start_on then greatest(1, round((s.end_on + 1 - s.start_on) / 30.4375))::int
    when g.term > 0 then g.term
  end as term_months,
  coalesce(coalesce(o.type, s.type) ~* 'renew|replacement|verläng', false) as is_renewal,
  s.amount, s.amount_counted, coalesce(s.currency, 'none') as currency, s.counts_in_clean, s.product_id, s.end_on
from sale s
-- Of an item the type of the deal it came from.
left join unified.fct_opportunity o on o.connection_id = s.connection_id and o.opportunity_id = s.opportunity_id and s.object <> 'Opportunity'
left join unified.account_customer c on c.account_key = s.account_key
left join lateral (
  select g.term from given g where g.object = s.object and (g.type is null or lower(g.type) = lower(s.type))
  order by g.type nulls last limit 1
) g on true
