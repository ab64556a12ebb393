-- grain: customers who first paid for a term in one month, so many months later, on one basis
-- basis: raw or clean
-- cohort_month: First month in which they paid
-- months_since: Months since then; no line where not all of them could have come so far
-- currency: Currency of the amounts
-- customer_count: Customers of the cohort
-- retained_count: Customers of it who pay in this month
-- first_amount: Recurring revenue of the first month
-- amount: Recurring revenue of this month
select basis, cohort_month, months_since, currency, customer_count, retained_count, first_amount, amount
from unified.retention_cohort
