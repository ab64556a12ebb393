-- grain: money spent to win customers, by month, channel, kind and currency
-- key: spend_id
-- index on: month
-- spend_id: Number of the line
-- month: First day of the month
-- channel: Channel; null where none is named
-- kind: programme: paid to a channel; other: salaries, tools
-- source: input: of the input spend; campaign: actual cost of a campaign in the month it starts, where there is no such input
-- amount: Money spent, in the currency beside it: the corporate one where the org says its rate
-- currency: Currency of amount; of a campaign in an org of one currency, the org
with {{rate}},
-- The choice: what people gave, else what campaigns say.
given as (
  select i.version, l.line, l.place
  from review.input_now i cross join lateral jsonb_array_elements(i.lines) with ordinality l (line, place)
  where i.name = 'spend'
),
main as (
  select connection_id from standard.organization where is_deleted is not true order by created_at, connection_id, id limit 1
),
corporate as (
  select r.connection_id, min(r.corporate) as currency from rate r group by r.connection_id
)
select
  'input ' || g.place as spend_id, (g.line ->> 'month')::date as month, g.line ->> 'channel' as channel,
  coalesce(g.line ->> 'kind', 'programme') as kind, 'input' as source,
  case when rate.rate <> 1 then round((g.line ->> 'amount')::numeric / rate.rate, 6) else (g.line ->> 'amount')::numeric end as amount,
  coalesce(rate.corporate, g.line ->> 'currency', (select currency from corporate join main using (connection_id))) as currency
from given g
left join rate on rate.connection_id = (select connection_id from main) and rate.iso_code = g.line ->> 'currency' and rate.rate is not null
union all
select
  c.connection_id || ' ' || c.campaign_id, date_trunc('month', c.start_on)::date, c.type, 'programme', 'campaign', c.actual_cost,
  coalesce(c.currency, c.connection_id)
from unified.dim_campaign c
where c.actual_cost is not null and c.start_on is not null and not exists (select from given)
