/** What Salesforce does by itself when records of some object change; an object without an entry has no such rules. */
import type { SObject } from '../objects/definition.ts';
import type { ObjectRules } from './object-rules.ts';
import { opportunityRules } from './opportunity-rules.ts';

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
