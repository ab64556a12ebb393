/** The standard object Event: its fields as Salesforce describes them. */
import { standardObject } from './definition.ts';

export const event = standardObject({
  name: 'Event',
  labelPlural: 'Events',
  keyPrefix: '00U',
  fields: `
  WhoId reference "Name ID" -> Contact,Lead as Who
  WhatId reference "Related To ID" -> Account,Asset,Campaign,Case,Contract,Opportunity,Order,Product2,Solution as What
  Subject combobox(255) namefield : Call|Email|Meeting|Send Letter/Quote|Other
  Location string(255)
  IsAllDayEvent boolean "All-Day Event"
  ActivityDateTime datetime "Due Date Time"
  ActivityDate date "Due Date Only"
  DurationInMinutes int "Duration"
  StartDateTime datetime
  EndDateTime datetime
  EndDate date readonly
  Description textarea(32000)
  AccountId reference readonly -> Account as Account
  OwnerId reference "Assigned To ID" required defaulted -> User as Owner
  IsPrivate boolean "Private"
  ShowAs picklist(40) "Show Time As" restricted defaulted : Busy|OutOfOffice|Free
  IsChild boolean readonly
  IsGroupEvent boolean readonly
  GroupEventType picklist(40) readonly restricted defaulted : 0|1|2|3
  IsArchived boolean "Archived" readonly
  RecurrenceActivityId reference readonly -> Event as -
  IsRecurrence boolean "Create Recurring Series of Events" createonly
  RecurrenceStartDateTime datetime "Recurrence Start"
  RecurrenceEndDateOnly date "Recurrence End"
  RecurrenceTimeZoneSidKey picklist(40) "Recurrence Time Zone" restricted
  RecurrenceType picklist(40) restricted : RecursDaily|RecursEveryWeekday|RecursMonthly|RecursMonthlyNth|RecursWeekly|RecursYearly|RecursYearlyNth
  RecurrenceInterval int
  RecurrenceDayOfWeekMask int "Recurrence Day of Week Mask"
  RecurrenceDayOfMonth int "Recurrence Day of Month"
  RecurrenceInstance picklist(40) restricted : First|Second|Third|Fourth|Last
  RecurrenceMonthOfYear picklist(40) "Recurrence Month of Year" restricted : January|February|March|April|May|June|July|August|September|October|November|December
  ReminderDateTime datetime "Reminder Date/Time"
  IsReminderSet boolean "Reminder Set"
  EventSubtype picklist(40) createonly restricted : Event
  IsRecurrence2Exclusion boolean "Historical Event, Not Following Recurrence" readonly
  Recurrence2PatternText textarea(512) "Recurrence Pattern" createonly
  Recurrence2PatternVersion picklist(40) "Pattern Version" readonly restricted : 1|2
  IsRecurrence2 boolean "Repeat" readonly
  IsRecurrence2Exception boolean "Is Exception" readonly
  Recurrence2PatternStartDate datetime "Recurrence Pattern Start Date" readonly
  Recurrence2PatternTimeZone string(255) "Recurrence Pattern Time Zone Reference" readonly
  `,
});
