import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'UserRole',
  description: 'A place in the hierarchy of roles.',
  label: 'name',
  fields: {
    name: { from: 'Name', type: 'text', description: 'Name' },
    parent_role_id: { from: 'ParentRoleId', type: 'id', description: 'Role above' },
  },
});
