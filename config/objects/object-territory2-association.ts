import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'ObjectTerritory2Association',
  description: 'An account in a sales territory.',
  feature: 'sales territories',
  fields: {
    object_id: { from: 'ObjectId', type: 'id', description: 'Account' },
    territory_id: { from: 'Territory2Id', type: 'id', description: 'Territory' },
    cause: { from: 'AssociationCause', type: 'text', description: 'By a rule or by hand' },
  },
});
