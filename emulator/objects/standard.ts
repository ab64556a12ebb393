/** The standard objects every org has, with or without a CSV of its own; a new one is one file and one entry. */
import { account } from './account.ts';
import { campaign, campaignMember } from './campaign.ts';
import { caseObject } from './case.ts';
import { contact } from './contact.ts';
import { asset, contract, order, orderItem } from './contract.ts';
import type { SObject } from './definition.ts';
import { event } from './event.ts';
import { historyObjects } from './field-history.ts';
import { lead } from './lead.ts';
import { forecastingQuota, opportunityHistory } from './opportunity-history.ts';
import { opportunityContactRole, opportunitySplit, opportunitySplitType } from './opportunity-people.ts';
import { opportunity } from './opportunity.ts';
import { organization } from './organization.ts';
import { period } from './period.ts';
import { opportunityLineItem, product } from './product.ts';
import { opportunityStage, recordType, userRole } from './setup.ts';
import { task } from './task.ts';
import { objectTerritory, territory, userTerritory } from './territory.ts';
import { group, user } from './user.ts';

export const standardObjects: SObject[] = [
  account,
  asset,
  campaign,
  campaignMember,
  caseObject,
  contact,
  contract,
  event,
  forecastingQuota,
  group,
  lead,
  objectTerritory,
  opportunity,
  opportunityContactRole,
  opportunityHistory,
  opportunityLineItem,
  opportunitySplit,
  opportunitySplitType,
  opportunityStage,
  order,
  orderItem,
  organization,
  period,
  product,
  recordType,
  task,
  territory,
  user,
  userRole,
  userTerritory,
  ...historyObjects,
];
