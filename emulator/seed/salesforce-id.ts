// Turns an sObject and a serial number into a valid 18-character Salesforce id.
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
} as const;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const scatteredSpace = alphabet.length ** 4;
const instance = 'gK'; // the two characters after the prefix name the Salesforce instance in real ids

/**
 * The id of the serial-th record (0-based) of an object. Serials are scattered over the id space, because planted
 * duplicates are made one after another and adjacent ids would give them away.
 */
export function salesforceId(sobject: keyof typeof keyPrefixes, serial: number): string {
  const block = Math.floor(serial / scatteredSpace);
  const place = scatter(serial, scatteredSpace, 0);
  return withChecksum(`${keyPrefixes[sobject]}${instance}${base62(block, 6)}${base62(place, 4)}`);
}

function base62(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / alphabet.length)) {
    text = alphabet.charAt(rest % alphabet.length) + text;
  }
  return text;
}

/** Appends the 3 checksum characters to a 15-character id: one per block of five, a bit for each capital letter, lowest first. */
export function withChecksum(id15: string): string {
  let suffix = '';
  for (let block = 0; block < 3; block++) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(block * 5 + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    suffix += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'.charAt(bits);
  }
  return id15 + suffix;
}
