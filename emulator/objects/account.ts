/** The standard object Account: its fields as Salesforce describes them. */
import { standardObject } from './definition.ts';

export const account = standardObject({
  name: 'Account',
  labelPlural: 'Accounts',
  keyPrefix: '001',
  mergeable: true,
  fields: `
  MasterRecordId reference readonly -> Account as MasterRecord
  Name string(255) "Account Name" required namefield
  Type picklist(40) "Account Type" : Prospect|Customer - Direct|Customer - Channel|Channel Partner / Reseller|Installation Partner|Technology Partner|Other
  RecordTypeId reference -> RecordType as RecordType
  ParentId reference "Parent Account ID" -> Account as Parent
  BillingStreet textarea(255) in BillingAddress
  BillingCity string(40) in BillingAddress
  BillingState string(80) "Billing State/Province" in BillingAddress
  BillingPostalCode string(20) "Billing Zip/Postal Code" in BillingAddress
  BillingCountry string(80) in BillingAddress
  BillingLatitude double(18,15) in BillingAddress
  BillingLongitude double(18,15) in BillingAddress
  BillingGeocodeAccuracy picklist(40) restricted in BillingAddress : Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown
  BillingAddress address readonly
  ShippingStreet textarea(255) in ShippingAddress
  ShippingCity string(40) in ShippingAddress
  ShippingState string(80) "Shipping State/Province" in ShippingAddress
  ShippingPostalCode string(20) "Shipping Zip/Postal Code" in ShippingAddress
  ShippingCountry string(80) in ShippingAddress
  ShippingLatitude double(18,15) in ShippingAddress
  ShippingLongitude double(18,15) in ShippingAddress
  ShippingGeocodeAccuracy picklist(40) restricted in ShippingAddress : Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown
  ShippingAddress address readonly
  Phone phone(40) "Account Phone"
  Fax phone(40) "Account Fax"
  AccountNumber string(40)
  Website url(255)
  PhotoUrl url(255) "Photo URL" readonly
  Sic string(20) "SIC Code"
  Industry picklist(40) : Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology|Telecommunications|Transportation|Utilities|Other
  AnnualRevenue currency(18,0)
  NumberOfEmployees int "Employees"
  Ownership picklist(40) : Public|Private|Subsidiary|Other
  TickerSymbol string(20)
  Description textarea(32000) "Account Description"
  Rating picklist(40) "Account Rating" : Hot|Warm|Cold
  Site string(80) "Account Site"
  OwnerId reference required defaulted -> User as Owner
  LastActivityDate date "Last Activity" readonly
  LastViewedDate datetime readonly
  LastReferencedDate datetime readonly
  IsPartner boolean "Partner Account"
  IsCustomerPortal boolean "Customer Portal Account"
  ChannelProgramName string(255) readonly
  ChannelProgramLevelName string(255) readonly
  Jigsaw string(20) "Data.com Key"
  JigsawCompanyId string(20) readonly
  CleanStatus picklist(40) restricted : Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped
  AccountSource picklist(40) : Web|Phone Inquiry|Partner Referral|Purchased List|Other
  DunsNumber string(9) "D-U-N-S Number"
  Tradestyle string(255)
  NaicsCode string(8) "NAICS Code"
  NaicsDesc string(120) "NAICS Description"
  YearStarted string(4)
  SicDesc string(80) "SIC Description"
  DandbCompanyId reference "D&B Company ID" -> DandBCompany as DandbCompany
  OperatingHoursId reference "Operating Hour ID" -> OperatingHours as OperatingHours
  `,
});
