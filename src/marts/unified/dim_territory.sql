-- grain: one sales territory of one org
-- key: connection_id, territory_id
-- connection_id: Org the territory belongs to
-- territory_id: Salesforce id
-- name: Name
-- parent_territory_id: Territory above
-- parent_name: Name of the territory above
-- model_id: Territory model it is part of
-- forecast_user_id: Manager of its forecast, a user
-- user_count: People who work in it
-- account_count: Accounts assigned to it, with their copies
select
  t.connection_id, t.id as territory_id, t.name, t.parent_territory_id, p.name as parent_name, t.model_id, t.forecast_user_id,
  coalesce(u.count, 0) as user_count, coalesce(a.count, 0) as account_count
from standard.territory2 t
left join standard.territory2 p on p.connection_id = t.connection_id and p.id = t.parent_territory_id
left join (
  select connection_id, territory_id, count(distinct user_id) as count
  from standard.user_territory2_association
  where is_deleted is not true and is_active is not false
  group by connection_id, territory_id
) u on u.connection_id = t.connection_id and u.territory_id = t.id
left join (
  select connection_id, territory_id, count(distinct object_id) as count
  from standard.object_territory2_association
  where is_deleted is not true
  group by connection_id, territory_id
) a on a.connection_id = t.connection_id and a.territory_id = t.id
where t.is_deleted is not true
