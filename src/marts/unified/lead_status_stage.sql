-- grain: a status of leads that makes them qualified
-- key: stage, status
-- stage: mql: for marketing; sql: for sales
-- status: Status of the lead
select l.line ->> 'stage' as stage, l.line ->> 'status' as status
from review.input_now i cross join lateral jsonb_array_elements(i.lines) l (line)
where i.name = 'mql'
