-- grain: the revenue of one customer in one currency in one month, by one way of counting copies
-- key: are_accounts_joined, are_deals_joined, connection_id, customer_key, currency, month
-- part: customer_key
-- index on: customer_key
-- touched by unified.fct_revenue: select coalesce(r.customer_key, 'none') from touched join unified.fct_revenue r using (connection_id, revenue_id)
--   union select coalesce(r.account_id, 'none') from touched join unified.fct_revenue r using (connection_id, revenue_id)
-- are_accounts_joined: Copies of an account, and what has a parent, are one customer; else each account is one
-- are_deals_joined: A copy of a deal counts once
-- customer_key: Company in dim_account, or the Salesforce account where these are not joined; none for sales of no account
-- currency: Currency of the amounts
-- month: First day of the month
-- connection_id: Org of the customer; * of one in several
-- cohort_month: First month in which the customer paid for a term
-- months_since: Months since then
-- first_amount: Recurring revenue of the first month
-- opening: Recurring revenue of the month before
-- new: What a new customer brought
-- expansion: What a customer pays more
-- contraction: What a customer pays less
-- churn: What a customer paid who left
-- reactivation: What a customer brought who had left
-- closing: Recurring revenue of the month: opening + new + expansion + reactivation - contraction - churn; never below 0
-- once: Amounts of the month that do not recur
-- closing_year_ago: Closing twelve months before
-- is_active: The customer pays for a term in this month, in whatever currency; of several currencies one row speaks for the customer
-- was_active: The same, of the month before
-- is_new: The customer is new
-- is_lost: The customer has left
-- is_reactivated: The customer had left and came back
-- margin: Gross margin of the month, 0 to 1; null where it is not known
with recursive way as (
  select * from (values (false, false), (false, true), (true, false), (true, true)) w (are_accounts_joined, are_deals_joined)
),
today as (
  select month, (extract(year from month) * 12 + extract(month from month))::int as month_no
  from (select date_trunc('month', current_setting('assay.as_of')::date)::date as month) m
),
piece as (
  select w.are_accounts_joined, w.are_deals_joined, r.connection_id, r.revenue_id,
    -- Orgs of which one is a copy of the other have the same ids.
    coalesce(case when w.are_accounts_joined then r.customer_key else r.connection_id || ' ' || r.account_id end, 'none') as customer_key, r.currency,
    (extract(year from r.start_on) * 12 + extract(month from r.start_on))::int as start_at, r.term_months, r.start_on,
    r.is_renewal and r.end_on is null as follows, r.is_renewal and r.end_on is not null as replaces, r.account_key, r.product_id,
    case when w.are_deals_joined then r.amount_counted else r.amount end as amount
  from unified.fct_revenue r
  cross join way w
  where (not w.are_deals_joined or r.counts_in_clean)
    /* part: and (r.connection_id, r.revenue_id) in (
      select s.connection_id, s.revenue_id from touched t join unified.fct_revenue s on s.customer_key = t.customer_key
      union select s.connection_id, s.revenue_id from touched t join unified.fct_revenue s on s.account_id = t.customer_key
      union select s.connection_id, s.revenue_id from touched t join unified.fct_revenue s on t.customer_key = 'none' and s.account_id is null)
    and coalesce(case when w.are_accounts_joined then r.customer_key else r.account_id end, 'none') in (select customer_key from touched) */
),
-- A renewal of no days of its own begins where the term before it ends, if that is within six months after it or three before.
numbered as (
  select *, row_number() over (partition by are_accounts_joined, are_deals_joined, customer_key order by start_on, revenue_id) as place
  from piece p
  where term_months is not null and amount is not null
    and exists (select from piece o where o.follows and o.customer_key = p.customer_key
      and (o.are_accounts_joined, o.are_deals_joined) = (p.are_accounts_joined, p.are_deals_joined))
),
chain as (
  select n.*, n.start_at as first_at, n.start_at + n.term_months as next_at from numbered n where place = 1
  union all
  select n.*, s.first_at, greatest(s.first_at + n.term_months, case when n.follows then 0 else c.next_at end)
  from chain c
  join numbered n on n.place = c.place + 1 and n.customer_key = c.customer_key
    and (n.are_accounts_joined, n.are_deals_joined) = (c.are_accounts_joined, c.are_deals_joined)
  cross join lateral (
    select case when n.follows and c.next_at between n.start_at - 3 and n.start_at + 6 then c.next_at else n.start_at end as first_at
  ) s
),
term as (
  select p.are_accounts_joined, p.are_deals_joined, p.customer_key, p.currency, p.connection_id, p.connection_id || ' ' || p.revenue_id as id, p.account_key, p.product_id,
    p.replaces, p.amount / p.term_months as monthly, coalesce(c.first_at, p.start_at) as first_at,
    coalesce(c.first_at, p.start_at) + p.term_months as end_at
  from piece p
  left join chain c on c.connection_id = p.connection_id and c.revenue_id = p.revenue_id and c.customer_key = p.customer_key
    and (c.are_accounts_joined, c.are_deals_joined) = (p.are_accounts_joined, p.are_deals_joined)
  where p.term_months is not null and p.amount is not null
),
-- What a renewal with days of its own may take the place of: terms of the same company begun before, of no other product. The one
-- that ends nearest to its beginning, at most six months after it, ends there.
follower as (
  select r.are_accounts_joined, r.are_deals_joined, r.customer_key, r.id, r.first_at, t.id as term_id, t.end_at - r.first_at as beyond
  from term r
  join term t on t.customer_key = r.customer_key and (t.are_accounts_joined, t.are_deals_joined) = (r.are_accounts_joined, r.are_deals_joined)
    and t.account_key is not distinct from r.account_key and coalesce(t.product_id = r.product_id, true)
    and t.first_at < r.first_at and t.end_at between r.first_at - 12 and r.first_at + 6
  where r.replaces and r.customer_key <> 'none'
),
candidate as materialized (
  select are_accounts_joined, are_deals_joined, customer_key, first_at as cut_at, array_agg(term_id order by abs(beyond), term_id) as ids,
    row_number() over (partition by are_accounts_joined, are_deals_joined, customer_key order by first_at, id) as place
  from follower
  group by are_accounts_joined, are_deals_joined, customer_key, first_at, id
),
-- One after the other, as no term is renewed twice.
replaced as (
  select are_accounts_joined, are_deals_joined, customer_key, place, cut_at, ids[1] as id, ids[1:1] as taken from candidate where place = 1
  union all
  select c.are_accounts_joined, c.are_deals_joined, c.customer_key, c.place, c.cut_at, u.id, case when u.id is null then p.taken else p.taken || u.id end
  from replaced p
  join candidate c on c.place = p.place + 1 and c.customer_key = p.customer_key
    and (c.are_accounts_joined, c.are_deals_joined) = (p.are_accounts_joined, p.are_deals_joined)
  left join lateral (
    select i.id from unnest(c.ids) with ordinality i (id, n) where i.id <> all (p.taken) order by i.n limit 1
  ) u on true
),
running as (
  select t.are_accounts_joined, t.are_deals_joined, t.customer_key, t.currency, t.connection_id, t.monthly, t.first_at,
    least(t.end_at, coalesce(r.cut_at, t.end_at)) - t.first_at as months
  from term t
  left join replaced r on r.id = t.id and r.customer_key = t.customer_key
    and (r.are_accounts_joined, r.are_deals_joined) = (t.are_accounts_joined, t.are_deals_joined)
),
paid as (
  select are_accounts_joined, are_deals_joined, customer_key, currency, connection_id, month_no, monthly, 0::numeric as once
  from running
  cross join lateral generate_series(first_at, least(first_at + months - 1, (select month_no from today))) month_no
  union all
  select are_accounts_joined, are_deals_joined, customer_key, currency, connection_id, start_at, null, amount
  from piece
  where term_months is null and amount is not null and start_on < (select month + interval '1 month' from today)
),
billed as (
  select are_accounts_joined, are_deals_joined, customer_key, currency, month_no, greatest(sum(monthly), 0) as closing, sum(once) as once
  from paid
  group by are_accounts_joined, are_deals_joined, customer_key, currency, month_no
),
-- How many months after one in which a customer pays, in whatever currency, they do not; the last ones until today.
pause as (
  select are_accounts_joined, are_deals_joined, customer_key, month_no,
    lead(month_no, 1, (select month_no from today) + 1)
      over (partition by are_accounts_joined, are_deals_joined, customer_key order by month_no) - month_no - 1 as months
  from billed
  where closing > 0 and customer_key <> 'none'
  group by are_accounts_joined, are_deals_joined, customer_key, month_no
),
-- A pause within the grace is none: the customer pays as before.
held as (
  select b.are_accounts_joined, b.are_deals_joined, b.customer_key, b.currency, b.month_no + place as month_no, b.closing
  from review.input_now i
  cross join lateral (select (i.lines -> 0 ->> 'months')::int as months) grace
  join pause p on p.months between 1 and grace.months
  join billed b using (are_accounts_joined, are_deals_joined, customer_key, month_no)
  cross join lateral generate_series(1, p.months) place
  where i.name = 'grace' and b.closing > 0
),
month as (
  select are_accounts_joined, are_deals_joined, customer_key, currency, month_no,
    coalesce(b.closing, 0) + coalesce(h.closing, 0) as closing, coalesce(b.once, 0) as once
  from billed b
  full join held h using (are_accounts_joined, are_deals_joined, customer_key, currency, month_no)
),
-- From the first month to a year after the last, so that who left is seen for as long.
span as (
  select are_accounts_joined, are_deals_joined, customer_key, currency, min(month_no) as first_at, max(month_no) + 12 as last_at
  from month where closing > 0
  group by are_accounts_joined, are_deals_joined, customer_key, currency
),
dense as (
  select are_accounts_joined, are_deals_joined, customer_key, currency, month_no, coalesce(m.closing, 0) as closing, coalesce(m.once, 0) as once
  from (
    select s.are_accounts_joined, s.are_deals_joined, s.customer_key, s.currency, month_no
    from span s cross join lateral generate_series(s.first_at, least(s.last_at, (select month_no from today))) month_no
    union
    select are_accounts_joined, are_deals_joined, customer_key, currency, month_no from month
  ) d
  left join month m using (are_accounts_joined, are_deals_joined, customer_key, currency, month_no)
),
walked as (
  select d.*,
    coalesce(case when lag(month_no) over own = month_no - 1 then lag(closing) over own end, 0) as opening,
    coalesce(max(closing) over (own rows between unbounded preceding and 1 preceding), 0) > 0 as had_paid,
    coalesce(sum(closing) over (own range between 12 preceding and 12 preceding), 0) as closing_year_ago
  from dense d
  window own as (partition by are_accounts_joined, are_deals_joined, customer_key, currency order by month_no)
),
customer as (
  select *,
    coalesce(max(is_active::int) over (own range between 1 preceding and 1 preceding), 0) = 1 as was_active,
    coalesce(max(is_active::int) over (own rows between unbounded preceding and 1 preceding), 0) = 1 as was_ever
  from (
    select are_accounts_joined, are_deals_joined, customer_key, month_no, bool_or(closing > 0) as is_active, min(currency) as currency
    from walked
    where customer_key <> 'none'
    group by are_accounts_joined, are_deals_joined, customer_key, month_no
  ) c
  window own as (partition by are_accounts_joined, are_deals_joined, customer_key order by month_no)
),
cohort as (
  select w.are_accounts_joined, w.are_deals_joined, w.customer_key, min(w.month_no) as cohort_at
  from walked w
  where w.closing > 0 and w.customer_key <> 'none'
  group by w.are_accounts_joined, w.are_deals_joined, w.customer_key
),
org as (
  select are_accounts_joined, are_deals_joined, customer_key, case when min(connection_id) = max(connection_id) then min(connection_id) else '*' end as connection_id
  from paid
  group by are_accounts_joined, are_deals_joined, customer_key
),
dated as (
  select w.*, make_date((w.month_no - 1) / 12, (w.month_no - 1) % 12 + 1, 1) as month from walked w
)
select
  w.are_accounts_joined, w.are_deals_joined, split_part(w.customer_key, ' ', -1) as customer_key, w.currency, w.month, org.connection_id,
  make_date((c.cohort_at - 1) / 12, (c.cohort_at - 1) % 12 + 1, 1) as cohort_month, w.month_no - c.cohort_at as months_since,
  coalesce(max(w.closing) filter (where w.month_no = c.cohort_at)
    over (partition by w.are_accounts_joined, w.are_deals_joined, w.customer_key, w.currency), 0) as first_amount,
  w.opening,
  case when w.opening = 0 and not w.had_paid then w.closing else 0 end as new,
  case when w.opening > 0 then greatest(w.closing - w.opening, 0) else 0 end as expansion,
  case when w.closing > 0 then greatest(w.opening - w.closing, 0) else 0 end as contraction,
  case when w.closing = 0 then w.opening else 0 end as churn,
  case when w.opening = 0 and w.had_paid then w.closing else 0 end as reactivation,
  w.closing, w.once, w.closing_year_ago,
  coalesce(k.is_active, false) as is_active, coalesce(k.was_active, false) as was_active,
  coalesce(k.is_active and not k.was_ever, false) as is_new, coalesce(k.was_active and not k.is_active, false) as is_lost,
  coalesce(k.is_active and k.was_ever and not k.was_active, false) as is_reactivated,
  m.margin
from dated w
join org using (are_accounts_joined, are_deals_joined, customer_key)
left join cohort c using (are_accounts_joined, are_deals_joined, customer_key)
-- Of several currencies the first row of a month speaks for the customer.
left join customer k on k.customer_key = w.customer_key and k.month_no = w.month_no and k.currency = w.currency
  and (k.are_accounts_joined, k.are_deals_joined) = (w.are_accounts_joined, w.are_deals_joined)
left join unified.gross_margin m on w.month >= m.from_on and w.month < m.to_on
