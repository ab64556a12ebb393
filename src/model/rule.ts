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
  title: z.string().min(1),
  /** SQL over `r`, a row of `standard.<table>`: is the rule asked of this record at all? */
  applies: z.string().default('true'),
  /** SQL over `r`: is the record in violation? Null counts as kept. */
  violated: z.string().min(1),
  /** What the owner should do. */
  advice: z.string().min(1),
  /** Rows (columns left out are null) that a generic test runs; `now` in a rule is `2026-06-01T00:00:00Z` there. */
  examples: z.strictObject({ violated: z.array(example).min(1), kept: z.array(example).min(1) }),
});

/** `id` is the file's name. */
export type RuleDefinition = z.infer<typeof ruleDefinition> & { id: string };

/** Checks the shape; the loader adds the id. Throws a ZodError that names each fault. */
export function defineRule(definition: z.input<typeof ruleDefinition>): z.infer<typeof ruleDefinition> {
  return ruleDefinition.parse(definition);
}
