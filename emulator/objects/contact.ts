/** The standard object Contact: its fields as Salesforce describes them. */
import { standardObject } from './definition.ts';

export const contact = standardObject({
  name: 'Contact',
  labelPlural: 'Contacts',
  keyPrefix: '003',
  mergeable: true,
  fields: `
  MasterRecordId reference readonly -> Contact as MasterRecord
  AccountId reference cascade -> Account as Account
  LastName string(80) required in Name
  FirstName string(40) in Name
  Salutation picklist(40) in Name : Mr.|Ms.|Mrs.|Dr.|Prof.
  Name string(121) "Full Name" required readonly namefield
  OtherStreet textarea(255) in OtherAddress
  OtherCity string(40) in OtherAddress
  OtherState string(80) "Other State/Province" in OtherAddress
  OtherPostalCode string(20) "Other Zip/Postal Code" in OtherAddress
  OtherCountry string(80) in OtherAddress
  OtherLatitude double(18,15) in OtherAddress
  OtherLongitude double(18,15) in OtherAddress
  OtherGeocodeAccuracy picklist(40) restricted in OtherAddress : Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown
  OtherAddress address readonly
  MailingStreet textarea(255) in MailingAddress
  MailingCity string(40) in MailingAddress
  MailingState string(80) "Mailing State/Province" in MailingAddress
  MailingPostalCode string(20) "Mailing Zip/Postal Code" in MailingAddress
  MailingCountry string(80) in MailingAddress
  MailingLatitude double(18,15) in MailingAddress
  MailingLongitude double(18,15) in MailingAddress
  MailingGeocodeAccuracy picklist(40) restricted in MailingAddress : Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown
  MailingAddress address readonly
  Phone phone(40) "Business Phone"
  Fax phone(40) "Business Fax"
  MobilePhone phone(40)
  HomePhone phone(40)
  OtherPhone phone(40)
  AssistantPhone phone(40) "Asst. Phone"
  ReportsToId reference -> Contact as ReportsTo
  Email email(80) idlookup
  Title string(128)
  Department string(80)
  AssistantName string(40) "Assistant's Name"
  LeadSource picklist(255) : Web|Phone Inquiry|Partner Referral|Purchased List|Other
  Birthdate date
  Description textarea(32000) "Contact Description"
  OwnerId reference required defaulted -> User as Owner
  HasOptedOutOfEmail boolean "Email Opt Out"
  HasOptedOutOfFax boolean "Fax Opt Out"
  DoNotCall boolean "Do Not Call"
  LastActivityDate date "Last Activity" readonly
  LastCURequestDate datetime "Last Stay-in-Touch Request Date" readonly
  LastCUUpdateDate datetime "Last Stay-in-Touch Save Date" readonly
  LastViewedDate datetime readonly
  LastReferencedDate datetime readonly
  EmailBouncedReason string(255)
  EmailBouncedDate datetime
  IsEmailBounced boolean readonly
  PhotoUrl url(255) "Photo URL" readonly
  Jigsaw string(20) "Data.com Key"
  JigsawContactId string(20) readonly
  CleanStatus picklist(40) restricted : Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped
  IndividualId reference -> Individual as Individual
  `,
});
