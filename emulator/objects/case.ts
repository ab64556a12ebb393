/** The standard object Case: its fields as Salesforce describes them. */
import { standardObject } from './definition.ts';

export const caseObject = standardObject({
  name: 'Case',
  labelPlural: 'Cases',
  keyPrefix: '500',
  fields: `
  MasterRecordId reference readonly -> Case as MasterRecord
  CaseNumber string(30) required readonly namefield idlookup defaulted
  ContactId reference -> Contact as Contact
  AccountId reference -> Account as Account
  AssetId reference -> Asset as Asset
  ParentId reference "Parent Case ID" -> Case as Parent
  SuppliedName string(80) "Name"
  SuppliedEmail email(80) "Email Address"
  SuppliedPhone string(40) "Phone"
  SuppliedCompany string(80) "Company"
  Type picklist(40) "Case Type" : Mechanical|Electrical|Electronic|Structural|Other
  Status picklist(40) defaulted : New|Working|Escalated|Closed
  Reason picklist(40) "Case Reason" : Installation|Equipment Complexity|Performance|Breakdown|Equipment Design|Feedback|Other
  Origin picklist(40) "Case Origin" : Phone|Email|Web
  Subject string(255)
  Priority picklist(40) defaulted : High|Medium|Low
  Description textarea(32000)
  IsClosed boolean "Closed" readonly
  ClosedDate datetime readonly
  IsEscalated boolean "Escalated"
  OwnerId reference required defaulted -> Group,User as Owner
  ContactPhone phone(40) readonly
  ContactMobile phone(40) readonly
  ContactEmail email(80) readonly
  ContactFax phone(40) readonly
  Comments textarea(4000) "Internal Comments"
  LastViewedDate datetime readonly
  LastReferencedDate datetime readonly
  `,
});
