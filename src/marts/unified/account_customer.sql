-- grain: one company that has another above it
-- key: account_key
-- account_key: Company in dim_account
-- customer_key: The company at the top, which is the customer: of a circle of parents one of them
with recursive own as (
  -- One parent each: of the oldest of its accounts that has one.
  select distinct on (x.golden_id) x.golden_id as account_key, p.golden_id as parent_key
  from standard.account r
  join golden.crosswalk x on x.connection_id = r.connection_id and x.id = r.id and x.object = 'Account'
  join golden.crosswalk p on p.connection_id = r.connection_id and p.id = r.parent_id and p.object = 'Account'
  where r.parent_id is not null and r.is_deleted is not true and x.golden_id <> p.golden_id
  order by x.golden_id, r.created_at, r.connection_id, r.id
),
above as (
  select account_key, parent_key, 1 as depth from own
  union all
  select a.account_key, o.parent_key, a.depth + 1
  from above a
  join own o on o.account_key = a.parent_key
  -- A circle ends here.
  where a.depth < 20
),
top as (
  select distinct on (a.account_key) a.account_key, a.parent_key, a.depth from above a order by a.account_key, a.depth desc
)
select
  t.account_key,
  case when t.depth = 20 then (select min(a.parent_key) from above a where a.account_key = t.account_key and a.depth > 10)
    else t.parent_key end as customer_key
from top t
