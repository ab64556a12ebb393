/** Who has a part in a deal: OpportunityContactRole, OpportunitySplit and its types (field lists from the object reference). */
import { standardObject } from './definition.ts';

export const opportunityContactRole = standardObject({
  name: 'OpportunityContactRole',
  labelPlural: 'Opportunity Contact Role',
  keyPrefix: '00K',
  fields: `
  OpportunityId reference required createonly cascade -> Opportunity as Opportunity
  ContactId reference required createonly cascade -> Contact as Contact
  Role picklist(40) : Business User|Decision Maker|Economic Buyer|Economic Decision Maker|Evaluator|Executive Sponsor|Influencer|Technical Buyer|Other
  IsPrimary boolean "Primary"
  `,
});

export const opportunitySplitType = standardObject({
  name: 'OpportunitySplitType',
  labelPlural: 'Opportunity Split Type',
  keyPrefix: '1eP',
  without: ['IsDeleted'],
  fields: `
  DeveloperName string(80)
  Language picklist(40)
  MasterLabel string(80) "Split Label" required namefield
  Description string(255)
  IsTotalValidated boolean "Totals 100%" readonly
  SplitField picklist(255) readonly
  SplitEntity picklist(255) readonly
  IsActive boolean "Active"
  `,
});

export const opportunitySplit = standardObject({
  name: 'OpportunitySplit',
  labelPlural: 'Opportunity Split',
  keyPrefix: '1eS',
  fields: `
  OpportunityId reference required createonly cascade -> Opportunity as Opportunity
  SplitOwnerId reference "Team Member ID" required createonly -> User as SplitOwner
  SplitPercentage percent(5,2) "Percent (%)"
  SplitNote string(255) "Note"
  SplitTypeId reference "Split Type ID" required createonly -> OpportunitySplitType as SplitType
  SplitAmount currency(16,2) "Amount"
  `,
});
