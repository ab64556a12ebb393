-- grain: one lead on one basis in each period and slice it belongs to; raw has all, clean the first of each person
-- basis: raw or clean
-- period: all, or the calendar quarter of creation
-- slice: all or owner:<user id>
-- lead_id: Salesforce id
-- is_converted: On raw, the lead was converted; on clean, any inquiry of its person was
select b.basis, p.period, s.slice, l.lead_id,
  case b.basis when 'raw' then l.is_converted else l.is_person_converted end as is_converted
from unified.fct_lead l
cross join (values ('raw'), ('clean')) b (basis)
cross join lateral (values ('all'), (to_char(l.created_on, 'YYYY"-Q"Q'))) p (period)
cross join lateral (values ('all'), ('owner:' || coalesce(l.owner_id, 'none'))) s (slice)
where (b.basis = 'raw' or l.counts_in_clean) and p.period is not null
