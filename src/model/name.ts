/** API names into SQL names: `BillingPostalCode` -> `billing_postal_code`, `Segment__c` -> `segment__c`. */
import { createHash } from 'node:crypto';

export function snakeCase(apiName: string): string {
  return apiName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** PostgreSQL cuts identifiers at 63 bytes, silently. */
const maxIdentifierBytes = 63;

/**
 * One distinct column name per API name. Names that collide in snake_case or are too long end in a hash of the API
 * name, so that the answer does not depend on which other fields are visible today.
 */
export function columnName(apiName: string, taken: ReadonlySet<string>): string {
  const plain = snakeCase(apiName);
  if (plain.length <= maxIdentifierBytes && !taken.has(plain) && !plain.startsWith('_')) return plain;
  const hash = createHash('sha256').update(apiName).digest('hex').slice(0, 8);
  return `${plain.slice(0, maxIdentifierBytes - 9)}_${hash}`;
}
