/** What a record is found by, as numbers: its blocking keys and its refinements. Needs nothing but the record itself. */
import { blockingRules, refinementKeys } from './blocking.ts';
import { hashed } from './candidates.ts';
import type { Layout } from './definition.ts';

const width = 2 ** 32;
/** The codes of refinements start here: beyond those of any rule. */
const refinementFrom = 2 ** 40;

/** Index of the rule a key is of. */
export const ruleOf = (code: number): number => Math.floor(code / width);
export const isRefinement = (code: number): boolean => code >= refinementFrom;

/**
 * SQL over `plain`: the codes of a row as a list of BIGINT.
 * @param filled standardised columns that are, with those of words
 */
export function codesSql(layout: Layout, filled: ReadonlySet<string>): string {
  const code = (from: number, hash: string) => `${from}::bigint + ${hash}`;
  const single: string[] = [];
  const lists: string[] = [];
  for (const [at, { key, many }] of blockingRules(layout, filled).entries()) {
    if (many) lists.push(`coalesce(list_transform(${key}, lambda k: ${code(at * width, hashed('k'))}), [])`);
    else single.push(`case when (${key}) is not null then ${code(at * width, hashed(`(${key})`))} end`);
  }
  for (const [at, key] of refinementKeys(layout).entries()) {
    single.push(`case when (${key}) is not null then ${code(refinementFrom + at * width, hashed(`(${key})`))} end`);
  }
  return `list_distinct(flatten([[${single.join(', ')}]${lists.map((list) => `, ${list}`).join('')}]))`;
}
