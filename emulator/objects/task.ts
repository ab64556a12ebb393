/** The standard object Task (field list from the object reference). */
import { standardObject } from './definition.ts';

export const task = standardObject({
  name: 'Task',
  labelPlural: 'Tasks',
  keyPrefix: '00T',
  fields: `
  WhoId reference "Name ID" -> Contact,Lead as Who
  WhatId reference "Related To ID" -> Account,Campaign,Case,Opportunity as What
  Subject combobox(255) namefield : Call|Email|Send Letter|Send Quote|Other
  ActivityDate date "Due Date Only"
  Status picklist(40) required defaulted : Not Started|In Progress|Completed|Waiting on someone else|Deferred
  Priority picklist(40) required defaulted : High|Normal|Low
  IsHighPriority boolean "High Priority" readonly
  OwnerId reference "Assigned To ID" required defaulted -> Group,User as Owner
  Description textarea(32000)
  Type picklist(40) : Call|Meeting|Other
  AccountId reference readonly -> Account as Account
  IsClosed boolean "Closed" readonly
  IsArchived boolean "Archived" readonly
  CallDurationInSeconds int "Call Duration"
  CallType picklist(40) restricted : Internal|Inbound|Outbound
  CallDisposition string(255) "Call Result"
  CallObject string(255) "Call Object Identifier"
  ReminderDateTime datetime "Reminder Date/Time"
  IsReminderSet boolean "Reminder Set"
  IsRecurrence boolean "Create Recurring Series of Tasks" createonly
  TaskSubtype picklist(40) createonly restricted : Task|Email|ListEmail|Cadence|Call
  CompletedDateTime datetime "Completed Date" readonly
  `,
});
