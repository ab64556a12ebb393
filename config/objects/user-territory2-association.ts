import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'UserTerritory2Association',
  description: 'Somebody who works in a sales territory.',
  feature: 'sales territories',
  fields: {
    user_id: { from: 'UserId', type: 'id', description: 'User' },
    territory_id: { from: 'Territory2Id', type: 'id', description: 'Territory' },
    is_active: { from: 'IsActive', type: 'boolean', description: 'Still works there' },
    role: { from: 'RoleInTerritory2', type: 'text', description: 'Part there' },
  },
});
