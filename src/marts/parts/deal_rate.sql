-- To join to o, which has connection_id, iso_code and close_on, where there is rate: the corporate currency and its rate of the close day, none where it is not known.
left join lateral (
  select r.corporate, coalesce(dated.rate, r.rate) as rate
  from rate r
  left join lateral (
    select nullif(d.conversion_rate, 0) as rate from standard.dated_conversion_rate d
    where r.iso_code <> r.corporate and d.connection_id = o.connection_id and d.iso_code = o.iso_code
      and d.start_on <= o.close_on and (d.next_start_on is null or o.close_on < d.next_start_on) and d.is_deleted is not true
    order by d.start_on desc, d.id limit 1
  ) dated on true
  where r.connection_id = o.connection_id and r.iso_code = o.iso_code and coalesce(dated.rate, r.rate) is not null
) converted on true
