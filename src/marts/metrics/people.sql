-- metric: Contacts and leads that stand for people on raw, distinct people on clean
-- unit: count
-- revops: acquisition
select
  b.basis, 'all' as period, 'all' as slice,
  case b.basis when 'raw' then count(*) else count(distinct golden_key) end as value,
  count(*) as n
from unified.record_xref
cross join (values ('raw'), ('clean')) b (basis)
where entity = 'person'
group by b.basis
