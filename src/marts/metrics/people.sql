-- metric: On raw: contacts and leads. On clean: the people behind them
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
