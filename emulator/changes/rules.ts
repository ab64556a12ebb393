/** What Salesforce does by itself when records of some object change; an object without an entry has no such rules. */
import type { FieldValue } from '../change.ts';
import type { SObject } from '../objects/definition.ts';
import type { SqlRow } from '../org/database.ts';
import type { Batch } from './apply.ts';
import { opportunityRules } from './opportunity-rules.ts';

export interface ObjectRules {
  /** Fields that follow from those given. */
  derive(fields: Record<string, FieldValue>): Record<string, FieldValue>;
  inserted(batch: Batch, ids: string[]): Promise<void>;
  /** What `updated` needs to know of the rows as they were. */
  remember(batch: Batch, ids: string[]): Promise<SqlRow[]>;
  updated(batch: Batch, before: SqlRow[]): Promise<void>;
}

const none: ObjectRules = {
  derive: (fields) => fields,
  inserted: async () => {},
  remember: async () => [],
  updated: async () => {},
};

const rules: Partial<Record<string, ObjectRules>> = { Opportunity: opportunityRules };

export function rulesOf(object: SObject): ObjectRules {
  return rules[object.name] ?? none;
}
