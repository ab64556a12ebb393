/** The definition of one quality rule: a condition that marks a violated record, with examples that prove it. */
import { z } from 'zod';

export const dimension = z.enum(['completeness', 'uniqueness', 'timeliness', 'validity', 'consistency']);
export type Dimension = z.infer<typeof dimension>;

/** Weight of each measured dimension in an object's score. */
export const dimensionWeight: Record<Dimension, number> = {
  completeness: 30,
  uniqueness: 25,
  timeliness: 20,
  validity: 15,
  consistency: 10,
};

const words = z.array(z.string().trim().min(1).max(200)).min(1).max(500);

/** What a person may set of a rule without changing its condition: `:name` in its SQL, `{name}` in its title. */
export const ruleParameter = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('number'),
      description: z.string().min(1),
      unit: z.string().min(1),
      default: z.number(),
      min: z.number(),
      max: z.number(),
    })
    .refine((one) => one.min <= one.default && one.default <= one.max, 'the default lies outside min and max'),
  z.strictObject({ type: z.literal('words'), description: z.string().min(1), default: words }),
]);
export type RuleParameter = z.infer<typeof ruleParameter>;

/** A number, or words: double precision and text[] in SQL. */
export const parameterValue = z.union([z.number(), words], 'must be a number, or a list of words');
export type ParameterValue = z.infer<typeof parameterValue>;

const example = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const ruleDefinition = z.strictObject({
  /** API name of the object whose records are checked. */
  object: z.string(),
  /** Column of `standard.<table>` the rule is about, for scores by field; null when it is about the whole record. */
  field: z.string().nullable().default(null),
  dimension,
  severity: z.enum(['warn', 'critical']),
  /** True marks a stale-field rule, counted under `stale`. */
  stale: z.boolean().default(false),
  version: z.int().min(1).default(1),
  /**
   * It asks other records by a `select`, and is asked of all once a day, not of all after every edit: until then a record
   * keeps what was said of it.
   */
  nightly: z.boolean().default(false),
  /**
   * Other tables of `standard` whose rows belong to a record, by the column that holds its id: a row that comes or moves has the
   * record asked again. Without it a condition with a `select` of another table has all records asked in every sync.
   */
  asks: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string().regex(/^[a-z][a-z0-9_]*$/)).default({}),
  /**
   * What the org does at all, by the name it has in the SQL: a `select` of one jsonb value, `:connection` the org. It is asked
   * once a day, and until then is what it was.
   */
  facts: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), z.string().min(1)).default({}),
  title: z.string().min(1),
  /** By the name they have in the SQL. */
  parameters: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), ruleParameter).default({}),
  /** SQL over `r`, a row of `standard.<table>`: is the rule asked of this record at all? */
  applies: z.string().default('true'),
  /** SQL over `r`: is the record in violation? Null counts as kept. */
  violated: z.string().min(1),
  /** What the owner should do. */
  advice: z.string().min(1),
  /** Rows (columns left out are null) that a generic test runs; `:now` in a rule is `2026-06-01T00:00:00Z` there, `:zone` UTC. */
  examples: z.strictObject({ violated: z.array(example).min(1), kept: z.array(example).min(1) }),
});

/** What a rule is called and worded as, by its file or its form. */
type NamedRule = z.infer<typeof ruleDefinition> & {
  /** The name of its file, or what whoever made it by form called it. */
  id: string;
};

/** A rule as it is in force: its words, and what people have set of it. */
export type RuleDefinition = NamedRule & {
  /** Counts the settings people have made; 0: the rule is as it was written. */
  revision: number;
  /** How much a record of it weighs in its dimension, against 1 of another rule. */
  weight: number;
  /** Whether a fall by it may alert. */
  alerts: boolean;
  /** Of its parameters; a rule by form also keeps what it compares with, which is no parameter. */
  values: Record<string, ParameterValue>;
  /** Its title and severity as they were written. */
  written: { title: string; severity: NamedRule['severity'] };
};

/** What a person set of a rule; null: as it was written. */
export type RuleSetting = {
  ruleId: string;
  revision: number;
  isOn: boolean;
  severity: NamedRule['severity'] | null;
  weight: number | null;
  alerts: boolean | null;
  parameters: Record<string, ParameterValue>;
};

/** The rule as written. @param fixed values that nobody can set */
export function asWritten(rule: NamedRule, fixed: Record<string, ParameterValue> = {}): RuleDefinition {
  const values = { ...fixed, ...defaultsOf(rule) };
  const written = { title: rule.title, severity: rule.severity };
  return { ...rule, title: titled(rule.title, values), revision: 0, weight: 1, alerts: true, values, written };
}

/** The rule by a setting. What the setting names and the rule has no more counts for nothing. */
export function asSet(
  rule: RuleDefinition,
  { revision, severity, weight, alerts, parameters }: RuleSetting,
): RuleDefinition {
  const known = Object.entries(parameters).filter(([name]) => name in rule.parameters);
  const values = { ...rule.values, ...defaultsOf(rule), ...Object.fromEntries(known) };
  return {
    ...rule,
    revision,
    severity: severity ?? rule.written.severity,
    weight: weight ?? 1,
    alerts: alerts ?? true,
    values,
    title: titled(rule.written.title, values),
  };
}

function defaultsOf({ parameters }: NamedRule): Record<string, ParameterValue> {
  return Object.fromEntries(Object.entries(parameters).map(([name, one]) => [name, one.default]));
}

function titled(title: string, values: Record<string, ParameterValue>): string {
  return title.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : Array.isArray(value) ? value.join(', ') : String(value);
  });
}

/** `:now` in SQL but not the cast `::now`, and no part of a class of characters or a longer word. */
export const placeholder = /(?<![:\w[]):([a-z][a-z0-9_]*)\b/g;
/** The names that are of the moment a rule is asked at, and of nobody's setting. */
export const momentNames: ReadonlySet<string> = new Set(['now', 'today', 'zone', 'connection']);

/** The names that the texts of a rule speak of. */
export function placeholdersOf({ applies, violated }: Pick<NamedRule, 'applies' | 'violated'>): string[] {
  return [...`${applies} ${violated}`.matchAll(placeholder)].map((match) => match[1]!);
}

/** Why the value cannot be set; null where it can. */
export function parameterFault(parameter: RuleParameter | undefined, value: ParameterValue): string | null {
  if (parameter === undefined) return 'is no parameter of the rule';
  if (parameter.type === 'words') return Array.isArray(value) ? null : 'must be a list of words';
  if (typeof value !== 'number') return `must be a number of ${parameter.unit}`;
  const isWithin = value >= parameter.min && value <= parameter.max;
  return isWithin ? null : `must be from ${parameter.min} to ${parameter.max} ${parameter.unit}`;
}

/** Checks the shape; the loader adds the id. Throws a ZodError that names each fault. */
export function defineRule(definition: z.input<typeof ruleDefinition>): z.infer<typeof ruleDefinition> {
  return ruleDefinition.parse(definition);
}
