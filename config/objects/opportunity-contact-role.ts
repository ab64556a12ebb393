import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'OpportunityContactRole',
  description: 'The part a contact has in a deal.',
  fields: {
    opportunity_id: { from: 'OpportunityId', type: 'id', description: 'Deal' },
    contact_id: { from: 'ContactId', type: 'id', description: 'Contact' },
    role: { from: 'Role', type: 'text', description: 'Part, e.g. Decision Maker' },
    is_primary: { from: 'IsPrimary', type: 'boolean', description: 'The main contact of the deal' },
  },
});
