import { defineObject } from '../../src/model/object.ts';

export default defineObject({
  name: 'Task',
  description: 'A piece of work: a call, a mail, a to-do.',
  owner: 'owner_id',
  segments: { type: 'type', status: 'status' },
  fields: {
    subject: { from: 'Subject', type: 'text', description: 'Subject' },
    who_id: { from: 'WhoId', type: 'id', description: 'Person it concerns' },
    what_id: { from: 'WhatId', type: 'id', description: 'Record it concerns' },
    account_id: { from: 'AccountId', type: 'id', description: 'Account it concerns' },
    activity_on: { from: 'ActivityDate', type: 'date', description: 'Due day' },
    status: { from: 'Status', type: 'text', description: 'Status' },
    priority: { from: 'Priority', type: 'text', description: 'Priority' },
    is_closed: { from: 'IsClosed', type: 'boolean', description: 'Done' },
    completed_at: { from: 'CompletedDateTime', type: 'timestamp', description: 'When it was done' },
    type: { from: 'Type', type: 'text', description: 'Kind' },
    subtype: { from: 'TaskSubtype', type: 'text', description: 'Kind as Salesforce sets it' },
    call_type: { from: 'CallType', type: 'text', description: 'Inbound, outbound or internal call' },
    owner_id: { from: 'OwnerId', type: 'id', description: 'Owner, a user' },
  },
});
