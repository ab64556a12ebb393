/** A rule's condition text and the clock's time become SQL with the time as a parameter. */
import { Sql } from 'sql-template-tag';
import type { RuleDefinition } from '../model/rule.ts';

// `:now` but not the cast `::now`.
const nowPlaceholder = /(?<!:):now\b/;

/** Every `:now` becomes one `timestamptz` parameter. The text itself is code from config/, reviewed, never user input. */
export function condition(text: string, now: Date): Sql {
  const parts = text.split(nowPlaceholder);
  // The cast belongs to the parameter: `:now - interval ...` alone would leave its type open.
  const strings = parts.map((part, index) => (index === 0 ? part : `::timestamptz${part}`));
  return new Sql(
    strings,
    parts.slice(1).map(() => now.toISOString()),
  );
}

/** Whether time alone can change what the rule says. */
export function speaksOfNow({ applies, violated }: Pick<RuleDefinition, 'applies' | 'violated'>): boolean {
  return nowPlaceholder.test(applies) || nowPlaceholder.test(violated);
}
