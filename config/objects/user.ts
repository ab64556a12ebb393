import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'User',
  description: 'Somebody who owns records.',
  label: 'name',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    email: { from: 'Email', type: 'text', description: 'E-mail' },
    is_active: { from: 'IsActive', type: 'boolean', description: 'May log in' },
    manager_id: { from: 'ManagerId', type: 'id', description: 'Manager, a user' },
    user_role_id: { from: 'UserRoleId', type: 'id', description: 'Role' },
    last_login_at: { from: 'LastLoginDate', type: 'timestamp', description: 'Last login' },
  },
});
