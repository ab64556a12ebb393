-- grain: one group of deals of one org as Salesforce counts it, beside what is published; of syncs before the last only the differences
-- run_id: Sync after which it was compared
-- connection_id: Org
-- object: Salesforce object
-- dimension: stage, owner, or month of the close day
-- value: Stage, user id or first day of the month, with the currency where the org has several; none for no value
-- salesforce_count: Records that Salesforce counts
-- raw_count: Records that are published
-- salesforce_amount: Sum of their amounts by Salesforce, in the default currency of the org
-- raw_amount: The same sum of what is published, by the rates of CurrencyType
-- is_equal: Both are the same, sums to a cent a record
-- compared_at: Up to which changes in Salesforce both count
select run_id, connection_id, object, dimension, key as value, salesforce_count, raw_count, salesforce_amount, raw_amount, is_equal, compared_at
from history.reconciliation
