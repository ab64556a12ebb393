-- grain: customers who first paid for a term in one month, so many months later, on one basis
-- basis: raw or clean
-- cohort_month: First month in which they paid
-- months_since: Months since then; no line where not all of them could have come so far
-- currency: Currency of the amounts
-- customer_count: Customers of the cohort
-- retained_count: Customers of it who pay in this month
-- first_amount: Recurring revenue of the first month
-- amount: Recurring revenue of this month
with basis as (
  select * from (values ('raw', false, false), ('clean', true, true)) b (basis, are_accounts_joined, are_deals_joined)
),
month as (
  select b.basis, m.* from basis b
  join unified.fct_account_month m using (are_accounts_joined, are_deals_joined)
  where m.customer_key <> 'none' and m.cohort_month is not null
),
first as (
  select basis, cohort_month, currency, count(*) as customer_count, sum(closing) as first_amount
  from month where months_since = 0
  group by basis, cohort_month, currency
)
select
  f.basis, f.cohort_month, a.months_since, f.currency, f.customer_count,
  count(*) filter (where m.is_active) as retained_count, f.first_amount, coalesce(sum(m.closing), 0) as amount
from first f
cross join lateral generate_series(0, (select (extract(year from age(max(month), f.cohort_month)) * 12
  + extract(month from age(max(month), f.cohort_month)))::int from month)) a (months_since)
left join month m on m.basis = f.basis and m.cohort_month = f.cohort_month and m.currency = f.currency and m.months_since = a.months_since
group by f.basis, f.cohort_month, a.months_since, f.currency, f.customer_count, f.first_amount
