/** The standard objects every org has, with or without a CSV of its own; a new one is one file and one entry. */
import { account } from './account.ts';
import { campaign, campaignMember } from './campaign.ts';
import { caseObject } from './case.ts';
import { contact } from './contact.ts';
import type { SObject } from './definition.ts';
import { event } from './event.ts';
import { historyObjects } from './field-history.ts';
import { lead } from './lead.ts';
import { forecastingQuota, opportunityHistory } from './opportunity-history.ts';
import { opportunity } from './opportunity.ts';
import { organization } from './organization.ts';
import { period } from './period.ts';
import { task } from './task.ts';
import { group, user } from './user.ts';

export const standardObjects: SObject[] = [
  account,
  campaign,
  campaignMember,
  caseObject,
  contact,
  event,
  forecastingQuota,
  group,
  lead,
  opportunity,
  opportunityHistory,
  organization,
  period,
  task,
  user,
  ...historyObjects,
];
