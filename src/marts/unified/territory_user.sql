-- grain: one user in one sales territory
-- key: connection_id, territory_id, user_id
-- connection_id: Org both belong to
-- territory_id: Territory in dim_territory
-- user_id: User in dim_user
-- role: Part in the territory
select distinct on (connection_id, territory_id, user_id) connection_id, territory_id, user_id, role
from standard.user_territory2_association
where is_deleted is not true and is_active is not false and territory_id is not null and user_id is not null
order by connection_id, territory_id, user_id, id
