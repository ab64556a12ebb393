/** The definition of one metric: what of which fact is aggregated, over which days, cut by what, with examples that prove it. */
import { z } from 'zod';

/** The schemas through which readers ask for metrics. */
export const doors = ['salesops', 'revops'] as const;

export const metricUnits = ['money', 'count', 'rate', 'days', 'hours', 'months', 'money per day'] as const;

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a snake_case name');
/** SQL over the columns of the fact, by their names. */
const condition = z.string().min(1);

/** One aggregate of the rows of a fact. `of`: SQL over the fact's columns; without it rows are counted. */
export const measure = z.strictObject({
  aggregate: z.enum(['count', 'sum', 'average', 'distinct', 'median', 'p90']),
  of: z.string().min(1).optional(),
  where: condition.default('true'),
  /** The values are amounts: of several currencies there is no sum. */
  money: z.boolean().default(false),
  /** Of a stock, such as who is a customer: only rows of the last month of a period count, of one that runs of this month. */
  at: z.literal('end').optional(),
});
export type Measure = z.infer<typeof measure>;

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const expected = z.strictObject({
  /** As published: all, 2026, 2026-Q1, 2026-02, FY2027, FY2027-Q1. */
  period: z.string().default('all'),
  /** all, or dimension:key. */
  slice: z.string().default('all'),
  raw: z.number().nullable(),
  clean: z.number().nullable(),
});
/** Rows by table of schema unified (columns left out are as the fact's blank row has them), and what comes out. */
const example = z.strictObject({
  says: z.string().min(1),
  rows: z.record(name, z.array(z.record(z.string(), value))),
  gives: z.array(expected).min(1),
});

const shared = {
  title: z.string().min(1),
  /** How it is computed, with its edge cases, as one sentence without a full stop. */
  description: z.string().min(1),
  unit: z.enum(metricUnits),
  /** The views of each door it shows in. */
  doors: z
    .partialRecord(z.enum(doors), z.array(name).min(1))
    .refine((given) => Object.keys(given).length > 0, 'shows through no door: name a view of salesops or revops'),
  /** Salesforce objects and the fields without which it cannot be measured; `input:<name>` for what Salesforce does not hold. */
  needs: z.record(z.string(), z.array(z.string())),
  /** Beside these one of several will do, the usual one first. */
  needsOneOf: z.array(z.record(z.string(), z.array(z.string()))).default([]),
  examples: z.array(example).min(1),
};

/** What a fact is aggregated by. Every metric is measured in total and by org beside its dimensions. */
const counted = {
  fact: name,
  /** Column of the fact whose day puts a row into a period; null: all periods only. */
  time: name.nullable(),
  dimensions: z.array(name).default([]),
};

const ofInput = z.union([
  name,
  z.strictObject({
    metric: name,
    /** The value so many periods of the same kind earlier. */
    periodsBack: z.int().min(1).optional(),
    /** The value of all records, whatever the slice. */
    total: z.boolean().default(false),
    /** Of an owner who leads a team the value of the team, as a quota is the team's. */
    ofTeam: z.boolean().default(false),
  }),
]);

export const metricDefinition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('simple'),
    ...shared,
    ...counted,
    measure,
    /** What n counts, where it is more than the rows of the measure. */
    n: measure.optional(),
  }),
  z.strictObject({
    kind: z.literal('ratio'),
    ...shared,
    ...counted,
    numerator: measure,
    denominator: measure,
  }),
  z.strictObject({
    kind: z.literal('conversion'),
    ...shared,
    ...counted,
    /** Rows that make the cohort. */
    cohort: condition.default('true'),
    /** Column with the day by which a row had converted; null: it never did. */
    reached: name,
    /** Only who had this many days is counted, and what came later does not count. */
    withinDays: z.int().min(1),
  }),
  z.strictObject({
    kind: z.literal('derived'),
    ...shared,
    /** Metrics by the name the expression has for them. */
    inputs: z.record(name, ofInput),
    /** SQL over the inputs. Null inputs make it null, and so does a division by `nullif(…, 0)`. */
    expression: z.string().min(1),
    /** Input whose n it has. */
    n: name,
    dimensions: z.array(name).default([]),
  }),
  z.strictObject({
    kind: z.literal('cumulative'),
    ...shared,
    metric: name,
    /** So many periods of the same kind, the last one included; null: from the first. */
    periods: z.int().min(2).nullable().default(null),
    dimensions: z.array(name).default([]),
  }),
  z.strictObject({
    kind: z.literal('sql'),
    ...shared,
    dimensions: z.array(name).default([]),
    /**
     * A select of basis, period_kind, period, period_start, connection_id, dimension, key, value, n. `{name}` stands for the
     * rows of that fact on each basis; what else it reads are tables of schema unified.
     */
    select: z.string().min(1),
  }),
]);

export type WrittenMetric = z.input<typeof metricDefinition>;
/** `name` is the file's, with underscores. */
export type MetricDefinition = z.infer<typeof metricDefinition> & { name: string };
export type MetricOf<Kind extends MetricDefinition['kind']> = Extract<MetricDefinition, { kind: Kind }>;
export type MetricExample = z.infer<typeof example>;

/** Checks the shape; the loader adds the name. Throws a ZodError that names each fault. */
export function defineMetric(definition: WrittenMetric): z.infer<typeof metricDefinition> {
  return metricDefinition.parse(definition);
}

/** Of metrics that are 0 where there is nothing to count: a row that is missing is no missing number. */
export const isAdditive = (metric: MetricDefinition): boolean =>
  metric.kind === 'simple' && ['count', 'sum', 'distinct'].includes(metric.measure.aggregate);

/** An input of a derived metric in its long form. */
export function inputOf(input: z.infer<typeof ofInput>): {
  metric: string;
  periodsBack: number;
  total: boolean;
  ofTeam: boolean;
} {
  if (typeof input === 'string') return { metric: input, periodsBack: 0, total: false, ofTeam: false };
  return { ...input, periodsBack: input.periodsBack ?? 0 };
}
