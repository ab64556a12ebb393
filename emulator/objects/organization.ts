/** The standard object Organization, always one record: clients read it to learn where they are. */
import { standardObject } from './definition.ts';

export const organization = standardObject({
  name: 'Organization',
  labelPlural: 'Organizations',
  keyPrefix: '00D',
  replicateable: false,
  without: ['IsDeleted'],
  fields: `
  Name string(80) required namefield
  Division string(80)
  Street textarea(255) in Address
  City string(40) in Address
  State string(80) "State/Province" in Address
  PostalCode string(20) "Zip/Postal Code" in Address
  Country string(80) in Address
  Address address readonly
  Phone phone(40)
  PrimaryContact string(80)
  DefaultLocaleSidKey picklist(40) "Locale" required
  TimeZoneSidKey picklist(40) "Time Zone" required
  LanguageLocaleKey picklist(40) "Language" required
  FiscalYearStartMonth int "Fiscal Year Starts In" readonly
  UsesStartDateAsFiscalYearName boolean "Fiscal Year Name by Start" readonly
  DefaultCurrencyIsoCode picklist(255) "Currency ISO Code" readonly
  OrganizationType picklist(40) "Edition" readonly
  NamespacePrefix string(15) readonly
  InstanceName string(5) readonly
  IsSandbox boolean "Is Sandbox" readonly
  IsReadOnly boolean "Is Read Only" readonly
  TrialExpirationDate datetime readonly
  `,
});
