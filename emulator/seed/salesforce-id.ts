// Turns an sObject and a serial number into a valid 18-character Salesforce id.
import { base62, toId18 } from '../ids.ts';
import { scatter } from './random.ts';

export const keyPrefixes = {
  Account: '001',
  Contact: '003',
  User: '005',
  Opportunity: '006',
  OpportunityHistory: '008',
  Lead: '00Q',
  Task: '00T',
  CampaignMember: '00v',
  ForecastingQuota: '0J9',
  Case: '500',
  Campaign: '701',
  Organization: '00D',
  OpportunityStage: '01J',
  LeadHistory: '017',
  Contract: '800',
  Product2: '01t',
  OpportunityLineItem: '00k',
  OpportunitySplitType: '1eP',
  OpportunitySplit: '1eS',
  OpportunityContactRole: '00K',
  Territory2: '0MI',
  ObjectTerritory2Association: '0My',
  UserTerritory2Association: '0Mz',
} as const;

const scatteredSpace = 62 ** 4;
const instance = 'gK'; // the two characters after the prefix name the Salesforce instance in real ids

/**
 * The id of the serial-th record (0-based) of an object. Serials are scattered over the id space, because planted
 * duplicates are made one after another and adjacent ids would give them away.
 */
export function salesforceId(sobject: keyof typeof keyPrefixes, serial: number): string {
  const block = Math.floor(serial / scatteredSpace);
  const place = scatter(serial, scatteredSpace, 0);
  return toId18(`${keyPrefixes[sobject]}${instance}${base62(block, 6)}${base62(place, 4)}`);
}
