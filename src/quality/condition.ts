/** A rule's condition text, the clock's time and what people have set become SQL with these as parameters. */
import sql, { Sql } from 'sql-template-tag';
import { momentNames, type ParameterValue, placeholder, placeholdersOf, type RuleDefinition } from '../model/rule.ts';

/** The moment a rule is asked at, the time zone (a name of the IANA list) in which the org's days begin, and the org. */
export type Moment = { now: Date; zone: string; connectionId: string };

/** What the SQL of a rule speaks of beside the record; `known`: facts that were asked before, else they are asked along with it. */
export type Spoken = Partial<Pick<RuleDefinition, 'values' | 'facts'>> & { known?: Facts | undefined };
/** By their names, any jsonb value. */
export type Facts = Record<string, unknown>;

/**
 * Every `:now` becomes a `timestamptz`, `:today` the `date` it is then in the org's time zone, `:zone` the name of that zone,
 * `:connection` the org, and `:name` the value of a parameter (a number `double precision`, words `text[]`) or of a fact,
 * `jsonb`. The text itself is code, reviewed or made from a form, never user input.
 */
export function condition(text: string, moment: Moment, spoken: Spoken = {}): Sql {
  const strings: string[] = [];
  const given: unknown[] = [];
  let [at, tail] = [0, ''];
  for (const match of text.matchAll(placeholder)) {
    const name = match[1]!;
    const fact = spoken.known === undefined || !(name in spoken.known) ? spoken.facts?.[name] : undefined;
    const value = fact === undefined ? valueOf(name, moment, spoken) : { type: 'jsonb', of: factSql(fact, moment) };
    if (value === undefined) continue;
    strings.push(tail + text.slice(at, match.index));
    // The cast belongs to the parameter: `:now - interval ...` alone would leave its type open.
    [at, tail] = [match.index + match[0].length, `::${value.type}`];
    given.push(value.of);
  }
  return new Sql([...strings, tail + text.slice(at)], given);
}

/** Asked once of a statement, however many records it has. */
export const factSql = (text: string, moment: Moment): Sql => sql`(${condition(text, moment)})`;

function valueOf(name: string, { now, zone, connectionId }: Moment, { values = {}, known = {} }: Spoken) {
  if (name === 'now') return { type: 'timestamptz', of: now.toISOString() };
  if (name === 'today') return { type: 'date', of: dayOf(now, zone) };
  if (name === 'zone') return { type: 'text', of: zone };
  if (name === 'connection') return { type: 'text', of: connectionId };
  if (name in known) return { type: 'jsonb', of: JSON.stringify(known[name] ?? null) };
  const value: ParameterValue | undefined = values[name];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? { type: 'text[]', of: value } : { type: 'double precision', of: value };
}

/** The day it is in a time zone, YYYY-MM-DD. */
export function dayOf(now: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    now,
  );
}

type Texts = Pick<RuleDefinition, 'applies' | 'violated'>;

/** Whether time alone can change what the rule says. */
export function speaksOfNow({ applies, violated }: Texts): boolean {
  return placeholdersOf({ applies, violated }).some((name) => name === 'now' || name === 'today');
}

/** The texts with placeholders of time left out. */
export function withoutMoment({ applies, violated }: Texts): string {
  return `${applies} ${violated}`.replaceAll(placeholder, (whole, name: string) =>
    momentNames.has(name) ? '' : whole,
  );
}
