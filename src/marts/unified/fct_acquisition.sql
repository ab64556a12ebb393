-- grain: one line of the input spend, or one customer won in a month of which spend is known
-- key: acquisition_id
-- touched by unified.fct_customer: select concat_ws(' ', c.customer_key, c.are_accounts_joined, c.are_deals_joined, case when not c.are_accounts_joined then c.connection_id end)
--   from (select distinct customer_key from touched) t join unified.fct_customer c using (customer_key)
-- acquisition_id: Number of the line, or the customer, the way of counting copies and, of an account, its org
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
where source = 'input' /* part: and spend_id in (select acquisition_id from touched) */
union all
select concat_ws(' ', customer_key, are_accounts_joined, are_deals_joined, case when not are_accounts_joined then connection_id end), 'customer', date_trunc('month', first_won_on)::date, channel,
  is_paid, null, null, are_accounts_joined, are_deals_joined
from unified.fct_customer
where is_spend_known /* part: and customer_key in (select split_part(acquisition_id, ' ', 1) from touched)
  and concat_ws(' ', customer_key, are_accounts_joined, are_deals_joined, case when not are_accounts_joined then connection_id end) in (select acquisition_id from touched) */
