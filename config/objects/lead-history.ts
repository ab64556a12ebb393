import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'LeadHistory',
  description: 'One change of a tracked field of a lead.',
  feature: 'field history of leads',
  fields: {
    lead_id: { from: 'LeadId', type: 'id', description: 'Lead' },
    field: { from: 'Field', type: 'text', description: 'Field that changed' },
    old_value: { from: 'OldValue', type: 'text', description: 'Value before' },
    new_value: { from: 'NewValue', type: 'text', description: 'Value after' },
  },
});
