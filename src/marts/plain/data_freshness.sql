-- grain: the one generation that is published now
-- generation: Counts up by one with each publication
-- run_id: Run that published it
-- published_at: When it was published
select generation, run_id, published_at
from unified.publication
order by generation desc
limit 1
