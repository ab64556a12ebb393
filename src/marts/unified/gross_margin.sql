-- grain: the gross margin from one month on
-- key: from_on
-- from_on: First day it holds; -infinity: since ever
-- to_on: First day of the next; infinity: until further notice
-- margin: Share of revenue that is left after what it costs to serve customers, 0 to 1
with given as (
  select coalesce((l.line ->> 'from')::date, '-infinity') as from_on, (l.line ->> 'margin')::numeric as margin
  from review.input_now i cross join lateral jsonb_array_elements(i.lines) l (line)
  where i.name = 'margin'
)
select from_on, coalesce(lead(from_on) over (order by from_on), 'infinity') as to_on, margin from given
