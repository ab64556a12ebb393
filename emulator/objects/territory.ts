/** Sales territories: Territory2 and what is assigned to them (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const territory = standardObject({
  name: 'Territory2',
  label: 'Territory',
  labelPlural: 'Territories',
  keyPrefix: '0MI',
  without: ['IsDeleted', 'CreatedDate', 'CreatedById'],
  fields: `
  Name string(80) "Label" required namefield
  Territory2TypeId reference "Territory Type ID" required -> Territory2Type as Territory2Type
  Territory2ModelId reference "Territory Model ID" required -> Territory2Model as Territory2Model
  ParentTerritory2Id reference "Territory ID" -> Territory2 as ParentTerritory2
  Description textarea(1000)
  ForecastUserId reference "User ID" -> User as ForecastUser
  AccountAccessLevel picklist(40) required restricted : Read|Edit|All
  OpportunityAccessLevel picklist(40) required restricted : None|Read|Edit
  DeveloperName string(80) "API Name" required
  `,
});

export const objectTerritory = standardObject({
  name: 'ObjectTerritory2Association',
  label: 'Object Territory Association',
  labelPlural: 'Object Territory Associations',
  keyPrefix: '0My',
  without: ['CreatedDate', 'CreatedById'],
  fields: `
  ObjectId reference required createonly cascade -> Account as Object
  Territory2Id reference "Territory ID" required createonly -> Territory2 as Territory2
  AssociationCause picklist(40) "Assignment Method" required createonly restricted : Territory2Manual|Territory2AssignmentRule|Territory2Api
  SobjectType picklist(40) "Object" readonly restricted : Account|Lead
  `,
});

export const userTerritory = standardObject({
  name: 'UserTerritory2Association',
  label: 'User Territory Association',
  labelPlural: 'User Territory Associations',
  keyPrefix: '0Mz',
  without: ['IsDeleted', 'CreatedDate', 'CreatedById'],
  fields: `
  UserId reference required createonly -> User as User
  Territory2Id reference "Territory ID" required createonly -> Territory2 as Territory2
  IsActive boolean "Active" readonly
  RoleInTerritory2 picklist(255) "Role in Territory" : Owner|Administrator|Sales Rep
  `,
});
