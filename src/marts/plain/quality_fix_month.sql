-- grain: repairs that were made in one month, by all, one owner or one team
-- connection_id: Org
-- month: First day of the month in which they were seen, in the time zone of the org
-- dimension: all, owner or team
-- group_id: all, a user, or the manager of the team
-- currency: Currency of the amounts
-- done_count: Repairs that were made and hold
-- undone_count: Repairs whose fault came back
-- priced_count: Of those that hold, the ones that promised money
-- predicted_amount: Money that those promised
-- realised_amount: Money that the same ones brought
with {{zone}},
ended as (
  select x.*, date_trunc('month', x.ended_at at time zone coalesce(zone.name, 'utc'))::date as month
  from history.fix x
  left join zone on zone.connection_id = x.connection_id
  where x.state in ('done', 'undone')
),
placed as (
  select e.*, 'all' as dimension, 'all' as group_id from ended e
  union all
  select e.*, 'owner', coalesce(e.owner_id, 'none') from ended e
  union all
  select e.*, 'team', t.team_id from ended e join unified.team_member t on t.connection_id = e.connection_id and t.user_id = e.owner_id
)
select connection_id, month, dimension, group_id, currency, count(*) filter (where state = 'done') as done_count,
  count(*) filter (where state = 'undone') as undone_count,
  count(predicted_amount) filter (where state = 'done') as priced_count,
  sum(predicted_amount) filter (where state = 'done') as predicted_amount,
  sum(realised_amount) filter (where state = 'done' and predicted_amount is not null) as realised_amount
from placed
group by connection_id, month, dimension, group_id, currency
