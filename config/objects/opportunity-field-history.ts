import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunityFieldHistory',
  description: 'One change of a tracked field of a deal.',
  feature: 'field history of opportunities',
  fields: {
    opportunity_id: { from: 'OpportunityId', type: 'id', description: 'Deal' },
    field: { from: 'Field', type: 'text', description: 'Field that changed' },
    old_value: { from: 'OldValue', type: 'text', description: 'Value before' },
    new_value: { from: 'NewValue', type: 'text', description: 'Value after' },
  },
});
