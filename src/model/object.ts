/** The definition of one Salesforce object: which of its fields the pipeline understands, and what it is evidence of. */
import { z } from 'zod';
import { snakeCase } from './name.ts';

/** How a standard column is typed. Text is trimmed, NFKC, and null when blank or a placeholder. */
export const columnType = z.enum(['text', 'id', 'number', 'boolean', 'date', 'timestamp']);
export type ColumnType = z.infer<typeof columnType>;

/** By which records can be told apart, beside their country. */
export const segmentName = z.enum(['record-type', 'source', 'type', 'industry', 'status']);

export type SegmentName = z.infer<typeof segmentName>;

const apiName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be a Salesforce API name');
const column = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be a snake_case column name');

const standardField = z.strictObject({
  /** The Salesforce field, or several in order of preference (the first non-blank is taken). */
  from: z.union([apiName, z.array(apiName).min(1)]),
  type: columnType,
  description: z.string().min(1),
  /** What only some orgs have turned on, and this field with it: nobody misses it where it is not there. */
  feature: z.string().nullable().default(null),
});

export const objectDefinition = z.strictObject({
  /** API name, e.g. `Contact`. */
  name: apiName,
  description: z.string().min(1),
  /** A sync fails when a required object cannot be read; the others are skipped with a warning. */
  required: z.boolean().default(false),
  /** What only some orgs have turned on, and this object with it: where it is not there, nobody is warned. */
  feature: z.string().nullable().default(null),
  /**
   * When all ids are compared: `auto` weekly, and on every sync where Salesforce keeps no log of deletions; `always` for
   * objects whose deletions leave no trace.
   */
  reconcile: z.enum(['auto', 'always']).default('auto'),
  /** Where Salesforce keeps this object's field history: the object, and its field that points to the record. */
  history: z.strictObject({ object: apiName, parent: apiName }).nullable().default(null),
  /** Columns of `standard.<table>` beside the system ones (see systemColumns). */
  fields: z.record(column, standardField),
  /**
   * Which entities a record of this object is evidence of: canonical field of the entity -> Salesforce field(s).
   * A Lead is evidence of a person and, by its Company, of a company.
   */
  entities: z.record(z.string(), z.record(column, z.union([apiName, z.array(apiName).min(1)]))).default({}),
  /**
   * SQL over `r`, a row of `standard.<table>`: is this record live evidence, of all its entities or of each? Deleted records
   * never are.
   */
  entityWhen: z.union([z.string(), z.record(z.string(), z.string())]).default('true'),
  /** Column holding the owner's user id, for findings and scores by owner. */
  owner: column.nullable().default(null),
  /** Column holding the amount of money a finding on this record touches. */
  amount: column.nullable().default(null),
  /** Columns that split the records into few groups, none of a person's: scores by them, and what a fall has in common. */
  segments: z.partialRecord(segmentName, column).default({}),
  /** Column holding the country, for rules that compare phone and postal code with it. */
  country: column.nullable().default(null),
  /** Column holding the record's display name. */
  label: column.nullable().default(null),
});

export type ObjectDefinition = z.infer<typeof objectDefinition> & {
  /** `mirror.<table>` and `standard.<table>`: the API name in snake_case. */
  table: string;
};

/** The Salesforce fields that the definition reads, each with those that stand in for it, in order of preference. */
export function usedFields({ fields, entities }: Pick<ObjectDefinition, 'fields' | 'entities'>): string[][] {
  const mapped = Object.values(entities).flatMap((mapping) => Object.values(mapping));
  return [...Object.values(fields).map(({ from }) => from), ...mapped].map((from) => [from].flat());
}

/** The condition under which a record of the object is evidence of the entity. */
export const evidenceWhen = ({ entityWhen }: Pick<ObjectDefinition, 'entityWhen'>, entity: string): string =>
  typeof entityWhen === 'string' ? entityWhen : (entityWhen[entity] ?? 'true');

/** Every `standard.<table>` opens with these columns, read from the system fields that the object has. */
export const systemColumns = {
  connection_id: 'text',
  id: 'text',
  created_at: 'timestamptz',
  created_by_id: 'text',
  modified_at: 'timestamptz',
  modified_by_id: 'text',
  is_deleted: 'boolean',
} as const;

/** Checks the shape and derives the table name. Throws a ZodError that names each fault. */
export function defineObject(definition: z.input<typeof objectDefinition>): ObjectDefinition {
  const parsed = objectDefinition.parse(definition);
  return { ...parsed, table: snakeCase(parsed.name) };
}
