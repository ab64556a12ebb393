/** The standard objects User and Group, the possible owners of records (field list from the object reference). */
import { standardObject } from './definition.ts';

export const user = standardObject({
  name: 'User',
  labelPlural: 'Users',
  keyPrefix: '005',
  without: ['IsDeleted'],
  fields: `
  Username string(80) required idlookup
  LastName string(80) required in Name
  FirstName string(40) in Name
  Name string(121) "Full Name" readonly namefield
  CompanyName string(80)
  Division string(80)
  Department string(80)
  Title string(80)
  Street textarea(255) in Address
  City string(40) in Address
  State string(80) "State/Province" in Address
  PostalCode string(20) "Zip/Postal Code" in Address
  Country string(80) in Address
  Address address readonly
  Email email(128) required idlookup
  Phone phone(40)
  MobilePhone phone(40) "Mobile"
  Alias string(8) required
  CommunityNickname string(40) "Nickname" required
  IsActive boolean "Active"
  TimeZoneSidKey picklist(40) "Time Zone" required restricted
  UserRoleId reference "Role ID" -> UserRole as UserRole
  LocaleSidKey picklist(40) "Locale" required restricted
  EmailEncodingKey picklist(40) "Email Encoding" required restricted : UTF-8|ISO-8859-1
  ProfileId reference required -> Profile as Profile
  UserType picklist(40) readonly restricted : Standard|Guest|CsnOnly
  LanguageLocaleKey picklist(40) "Language" required restricted
  EmployeeNumber string(20)
  DelegatedApproverId reference -> Group,User as -
  ManagerId reference -> User as Manager
  LastLoginDate datetime "Last Login" readonly
  FederationIdentifier string(512) "SAML Federation ID" idlookup
  ForecastEnabled boolean "Allow Forecasting"
  `,
});

export const group = standardObject({
  name: 'Group',
  labelPlural: 'Groups',
  keyPrefix: '00G',
  without: ['IsDeleted'],
  fields: `
  Name string(40) required namefield
  DeveloperName string(80) required
  RelatedId reference readonly -> User as Related
  Type picklist(40) required createonly restricted : Regular|Role|RoleAndSubordinates|Organization|Queue
  Email email(255) "Queue Email"
  OwnerId reference readonly -> User as Owner
  `,
});
