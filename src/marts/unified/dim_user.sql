-- grain: one Salesforce user
-- key: connection_id, user_id
-- connection_id: Org the user belongs to
-- user_id: Salesforce id
-- name: Name
-- email: E-mail
-- is_active: May log in
-- manager_id: Manager, a user
-- manager_name: Name of the manager
-- role_id: Role
-- role_name: Name of the role
select
  u.connection_id, u.id as user_id, u.name, u.email, u.is_active, u.manager_id, m.name as manager_name, u.user_role_id as role_id,
  r.name as role_name
from standard."user" u
left join standard."user" m on m.connection_id = u.connection_id and m.id = u.manager_id
left join standard.user_role r on r.connection_id = u.connection_id and r.id = u.user_role_id
where u.is_deleted is not true
