-- Units of a currency for one of the corporate currency.
rate as (
  select distinct on (t.connection_id, t.iso_code) t.connection_id, t.iso_code, c.iso_code as corporate,
    case when t.iso_code = c.iso_code then 1 else nullif(t.conversion_rate, 0) end as rate
  from standard.currency_type t
  join standard.currency_type c on c.connection_id = t.connection_id and c.is_corporate and c.is_deleted is not true
  where t.is_deleted is not true
  order by t.connection_id, t.iso_code, t.id, c.id
)
