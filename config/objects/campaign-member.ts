import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'CampaignMember',
  description: 'A person reached by a campaign.',
  // Removed for good and often in bulk, with nothing left in the recycle bin.
  reconcile: 'always',
  fields: {
    campaign_id: { from: 'CampaignId', type: 'id', description: 'Campaign' },
    lead_id: { from: 'LeadId', type: 'id', description: 'Lead' },
    contact_id: { from: 'ContactId', type: 'id', description: 'Contact' },
    status: { from: 'Status', type: 'text', description: 'Status' },
    has_responded: { from: 'HasResponded', type: 'boolean', description: 'Answered' },
    first_responded_on: { from: 'FirstRespondedDate', type: 'date', description: 'Day of the first answer' },
  },
});
