-- metric: Contacts and leads that stand for people on raw, distinct people on clean
-- unit: count
-- revops: acquisition
-- sums: unified.dim_person
select
  b.basis, 'all' as period, 'all' as slice,
  case b.basis when 'raw' then sum(record_count) else count(*) end as value,
  sum(record_count) as n
from unified.dim_person
cross join (values ('raw'), ('clean')) b (basis)
group by b.basis
