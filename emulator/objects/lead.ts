/** The standard object Lead: its fields as Salesforce describes them. */
import { standardObject } from './definition.ts';

export const lead = standardObject({
  name: 'Lead',
  labelPlural: 'Leads',
  keyPrefix: '00Q',
  mergeable: true,
  fields: `
  MasterRecordId reference readonly -> Lead as MasterRecord
  LastName string(80) required in Name
  FirstName string(40) in Name
  Salutation picklist(40) in Name : Mr.|Ms.|Mrs.|Dr.|Prof.|Mx.
  Name string(121) "Full Name" required readonly namefield
  Title string(128)
  Company string(255) required
  Street textarea(255) in Address
  City string(40) in Address
  State string(80) "State/Province" in Address
  PostalCode string(20) "Zip/Postal Code" in Address
  Country string(80) in Address
  Latitude double(18,15) in Address
  Longitude double(18,15) in Address
  GeocodeAccuracy picklist(40) restricted in Address : Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown
  Address address readonly
  Phone phone(40)
  MobilePhone phone(40)
  Fax phone(40)
  Email email(80) idlookup
  Website url(255)
  PhotoUrl url(255) "Photo URL" readonly
  Description textarea(32000)
  LeadSource picklist(255) : Web|Phone Inquiry|Partner Referral|Purchased List|Other
  Status picklist(255) required defaulted : Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted
  Industry picklist(255) : Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other
  Rating picklist(255) : Hot|Warm|Cold
  AnnualRevenue currency(18,0)
  NumberOfEmployees int "Employees"
  OwnerId reference required defaulted -> Group,User as Owner
  HasOptedOutOfEmail boolean "Email Opt Out"
  HasOptedOutOfFax boolean "Fax Opt Out"
  DoNotCall boolean "Do Not Call"
  IsConverted boolean "Converted" createonly
  ConvertedDate date readonly
  ConvertedAccountId reference readonly -> Account as ConvertedAccount
  ConvertedContactId reference readonly -> Contact as ConvertedContact
  ConvertedOpportunityId reference readonly -> Opportunity as ConvertedOpportunity
  IsUnreadByOwner boolean "Unread By Owner"
  LastActivityDate date "Last Activity" readonly
  LastViewedDate datetime readonly
  LastReferencedDate datetime readonly
  Jigsaw string(20) "Data.com Key"
  JigsawContactId string(20) readonly
  CleanStatus picklist(40) restricted : Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped
  CompanyDunsNumber string(9) "Company D-U-N-S Number"
  DandbCompanyId reference "D&B Company ID" -> DandBCompany as DandbCompany
  EmailBouncedReason string(255)
  EmailBouncedDate datetime
  IndividualId reference -> Individual as Individual
  `,
});
