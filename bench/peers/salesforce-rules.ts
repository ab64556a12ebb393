/** Salesforce's own standard matching rules, rebuilt from its documentation (Python, pinned), on one prepared set. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanonicalField, PreparedSet } from '../accuracy/data-set.ts';
import { readPairs } from '../accuracy/read-pairs.ts';
import type { ScoredPairs } from '../accuracy/threshold.ts';
import { measure } from '../measure.ts';

/** Of each entity the least that some equation of its rule asks for, beside the name. */
const asked: Record<'person' | 'company', CanonicalField[][]> = {
  person: [
    ['email'],
    ['phone'],
    ['title', 'company'],
    ['street', 'city'],
    ['street', 'postal_code'],
    ['street', 'title'],
  ],
  company: [['street'], ['city', 'state'], ['postal_code'], ['phone']],
};

/** The pairs that the rules match; null where the set lacks the fields that every equation asks for. */
export async function salesforcePairs(
  python: string,
  { set, ...prepared }: PreparedSet,
  folder: string,
): Promise<ScoredPairs | null> {
  if (!asked[set.entity].some((fields) => fields.every((field) => set.map[field] !== undefined))) return null;
  const out = join(folder, `${set.name}.salesforce-pairs.csv`);
  const task = join(folder, `${set.name}.salesforce.json`);
  const { id, map, entity, source = null } = set;
  await writeFile(task, JSON.stringify({ file: prepared.file, out, id, map, entity, source }));
  await measure(python, [join(import.meta.dirname, 'salesforce_rules.py'), task]);
  return readPairs(out, { set, ...prepared });
}
