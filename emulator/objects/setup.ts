/** What admins set up: OpportunityStage, RecordType, UserRole (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const opportunityStage = standardObject({
  name: 'OpportunityStage',
  labelPlural: 'Opportunity Stage',
  keyPrefix: '01J',
  without: ['IsDeleted'],
  fields: `
  MasterLabel string(255) readonly namefield
  ApiName string(255) readonly
  IsActive boolean readonly
  SortOrder int readonly
  IsClosed boolean "Closed" readonly
  IsWon boolean "Won" readonly
  ForecastCategory picklist(40) readonly restricted : Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed
  ForecastCategoryName picklist(255) readonly restricted : Omitted|Pipeline|Best Case|Commit|Closed
  DefaultProbability percent(3,0) "Probability (%)" readonly
  Description string(255) readonly
  `,
});

export const recordType = standardObject({
  name: 'RecordType',
  labelPlural: 'Record Type',
  keyPrefix: '012',
  without: ['IsDeleted'],
  fields: `
  Name string(80) required namefield
  DeveloperName string(80) required
  NamespacePrefix string(15) readonly
  Description string(255)
  BusinessProcessId reference -> BusinessProcess as -
  SobjectType picklist(40) required createonly
  IsActive boolean "Active"
  IsPersonType boolean "Is Person Type" readonly
  `,
});

export const userRole = standardObject({
  name: 'UserRole',
  label: 'Role',
  labelPlural: 'Role',
  keyPrefix: '00E',
  without: ['IsDeleted', 'CreatedDate', 'CreatedById'],
  fields: `
  Name string(80) required namefield
  ParentRoleId reference -> UserRole as -
  RollupDescription string(80) "Description"
  OpportunityAccessForAccountOwner picklist(40) required restricted : None|Read|Edit
  CaseAccessForAccountOwner picklist(40) required restricted : None|Read|Edit
  ContactAccessForAccountOwner picklist(40) required restricted : None|Read|Edit
  ForecastUserId reference readonly -> User as -
  MayForecastManagerShare boolean readonly
  DeveloperName string(80)
  `,
});
