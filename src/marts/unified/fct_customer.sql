-- grain: one customer that has bought, by one way of counting copies
-- key: are_accounts_joined, are_deals_joined, connection_id, customer_key
-- part: customer_key
-- index on: customer_key
-- touched by unified.fct_opportunity: select coalesce(c.customer_key, o.account_key, o.account_id)
--   from touched join unified.fct_opportunity o using (connection_id, opportunity_id)
--   left join unified.account_customer c on c.account_key = o.account_key where o.account_id is not null
--   union select o.account_id from touched join unified.fct_opportunity o using (connection_id, opportunity_id) where o.account_id is not null
-- are_accounts_joined: Copies of an account, and what has a parent, are one customer; else each account is one
-- are_deals_joined: A copy of a deal counts once
-- customer_key: Company in dim_account, or the Salesforce account where these are not joined
-- connection_id: Org of the first deal
-- first_won_on: Day of the first won deal; amounts below 0 are none
-- first_opportunity_id: That deal
-- owner_id: Its owner, a user
-- channel: Type of its primary campaign where that is a channel of spend, else its lead source
-- is_paid: The channel is one that programme spend was paid to
-- is_spend_known: The input spend has lines of the month of that day
-- deal_count: Won deals
-- amount: What they brought, in the currency beside it; null where amounts are of several currencies or unknown
-- currency: Currency of amount
-- gross_profit: What was left of it by the gross margin of each month; null where a margin is not known
with way as (
  select * from (values (false, false), (false, true), (true, false), (true, true)) w (are_accounts_joined, are_deals_joined)
),
programme as (
  select distinct lower(channel) as channel from unified.fct_spend where kind = 'programme' and source = 'input' and channel is not null
),
deal as (
  select w.are_accounts_joined, w.are_deals_joined, o.connection_id, o.opportunity_id, o.owner_id, o.close_on, o.lead_source, o.campaign_id,
    -- Orgs of which one is a copy of the other have the same ids.
    case when not w.are_accounts_joined then o.connection_id end as org,
    case when w.are_accounts_joined then coalesce(c.customer_key, o.account_key, o.account_id) else o.account_id end as customer_key,
    case when w.are_deals_joined then o.amount_counted else o.amount end as amount, coalesce(o.currency, 'none') as currency,
    m.margin
  from unified.fct_opportunity o
  left join unified.account_customer c on c.account_key = o.account_key
  left join unified.gross_margin m on o.close_on >= m.from_on and o.close_on < m.to_on
  cross join way w
  where o.is_won and o.account_id is not null and o.close_on is not null and (not w.are_deals_joined or o.counts_in_clean)
    /* part: and (o.connection_id, o.opportunity_id) in (
      select d.connection_id, d.opportunity_id from touched t join unified.fct_opportunity d on d.account_id = t.customer_key
      union select d.connection_id, d.opportunity_id from touched t join unified.fct_opportunity d on d.account_key = t.customer_key
      union select d.connection_id, d.opportunity_id from touched t join unified.account_customer a on a.customer_key = t.customer_key
      join unified.fct_opportunity d on d.account_key = a.account_key)
    and case when w.are_accounts_joined then coalesce(c.customer_key, o.account_key, o.account_id) else o.account_id end
      in (select customer_key from touched) */
),
bought as (
  select are_accounts_joined, are_deals_joined, org, customer_key, count(*) as deal_count,
    case when min(currency) = max(currency) and count(amount) = count(*) then sum(amount) end as amount,
    case when min(currency) = max(currency) then min(currency) end as currency,
    case when min(currency) = max(currency) and count(amount * margin) = count(*) then sum(amount * margin) end as gross_profit
  from deal
  group by are_accounts_joined, are_deals_joined, org, customer_key
),
first as (
  select distinct on (are_accounts_joined, are_deals_joined, org, customer_key) *
  from deal
  where amount is null or amount >= 0
  order by are_accounts_joined, are_deals_joined, org, customer_key, close_on, opportunity_id
),
channelled as (
  select f.*, case when lower(p.type) in (select channel from programme) then p.type else coalesce(f.lead_source, p.type) end as channel
  from first f
  left join unified.dim_campaign p on p.connection_id = f.connection_id and p.campaign_id = f.campaign_id
)
select
  f.are_accounts_joined, f.are_deals_joined, f.customer_key, f.connection_id, f.close_on as first_won_on, f.opportunity_id as first_opportunity_id,
  f.owner_id, f.channel, coalesce(lower(f.channel) in (select channel from programme), false) as is_paid,
  exists (select from unified.fct_spend s where s.source = 'input' and s.month = date_trunc('month', f.close_on)::date) as is_spend_known,
  b.deal_count, b.amount, b.currency, b.gross_profit
from channelled f
join bought b on (b.are_accounts_joined, b.are_deals_joined, b.customer_key) = (f.are_accounts_joined, f.are_deals_joined, f.customer_key)
  and b.org is not distinct from f.org
