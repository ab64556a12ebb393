-- grain: one user in the team of one manager: the manager, and everybody below
-- key: connection_id, team_id, user_id
-- connection_id: Org the users belong to
-- team_id: The manager, a user
-- user_id: Member of the team, a user
-- depth: Managers between them; 0 for the manager
with recursive below as (
  select distinct connection_id, manager_id as team_id, manager_id as user_id, 0 as depth
  from standard."user"
  where manager_id is not null and is_deleted is not true
  union
  select b.connection_id, b.team_id, u.id, b.depth + 1
  from below b
  join standard."user" u on u.connection_id = b.connection_id and u.manager_id = b.user_id and u.is_deleted is not true
  -- A circle of managers ends here.
  where b.depth < 20
)
select connection_id, team_id, user_id, min(depth) as depth
from below
group by connection_id, team_id, user_id
