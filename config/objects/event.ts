import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Event',
  description: 'A meeting or another appointment.',
  owner: 'owner_id',
  fields: {
    subject: { from: 'Subject', type: 'text', description: 'Subject' },
    who_id: { from: 'WhoId', type: 'id', description: 'Person it concerns' },
    what_id: { from: 'WhatId', type: 'id', description: 'Record it concerns' },
    account_id: { from: 'AccountId', type: 'id', description: 'Account it concerns' },
    start_at: { from: 'StartDateTime', type: 'timestamp', description: 'When it begins' },
    end_at: { from: 'EndDateTime', type: 'timestamp', description: 'When it ends' },
    activity_on: { from: 'ActivityDate', type: 'date', description: 'Day it begins' },
    type: { from: 'Type', type: 'text', description: 'Kind' },
    subtype: { from: 'EventSubtype', type: 'text', description: 'Kind as Salesforce sets it' },
    is_child: { from: 'IsChild', type: 'boolean', description: 'Copy of the event for somebody who was invited' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
  },
});
