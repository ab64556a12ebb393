import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Case',
  description: 'A customer’s question or complaint.',
  label: 'subject',
  owner: 'owner_id',
  segments: { source: 'origin', status: 'status' },
  fields: {
    account_id: { from: 'AccountId', type: 'id', description: 'Account' },
    contact_id: { from: 'ContactId', type: 'id', description: 'Contact' },
    subject: { from: 'Subject', type: 'text', description: 'Subject' },
    status: { from: 'Status', type: 'text', description: 'Status' },
    priority: { from: 'Priority', type: 'text', description: 'Priority' },
    origin: { from: 'Origin', type: 'text', description: 'Channel' },
    is_closed: { from: 'IsClosed', type: 'boolean', description: 'Closed' },
    closed_at: { from: 'ClosedDate', type: 'timestamp', description: 'When it was closed' },
    satisfaction: {
      from: 'CSAT__c',
      type: 'number',
      description: 'How satisfied the customer was, 1 to 5; an org that asks by another field names it here',
      feature: 'surveys',
    },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user or queue' },
  },
});
