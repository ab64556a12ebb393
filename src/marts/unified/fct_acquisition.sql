-- grain: one line of the input spend, or one customer won in a month of which spend is known
-- key: acquisition_id
-- acquisition_id: Number of the line, or the customer and the way of counting copies
-- kind: programme, other (spend that is paid to no channel) or customer
-- month: First day of the month
-- channel: Channel
-- is_paid: Of a customer: the channel is one that programme spend was paid to
-- amount: Money spent
-- currency: Currency of amount
-- are_accounts_joined: Of a customer, as in fct_customer; null for spend, which counts either way
-- are_deals_joined: The same
select spend_id as acquisition_id, kind, month, channel, null::boolean as is_paid, amount, currency,
  null::boolean as are_accounts_joined, null::boolean as are_deals_joined
from unified.fct_spend
where source = 'input'
union all
select concat_ws(' ', customer_key, are_accounts_joined, are_deals_joined), 'customer', date_trunc('month', first_won_on)::date, channel,
  is_paid, null, null, are_accounts_joined, are_deals_joined
from unified.fct_customer
where is_spend_known
