-- grain: one Salesforce user
-- key: connection_id, user_id
-- rows of standard.user: connection_id, id
-- touched by standard.user: select connection_id, id from moved where object = 'User'
-- connection_id: Org the user belongs to
-- user_id: Salesforce id
-- name: Name
-- email: E-mail
-- is_active: May log in
-- manager_id: Manager, a user
select connection_id, id as user_id, name, email, is_active, manager_id
from standard."user"
where is_deleted is not true
