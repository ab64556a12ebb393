/** The definition of one real-world entity that many records may stand for: a person, a company. */
import { z } from 'zod';

/** What a canonical field means, which decides how it is standardised and compared. */
export const fieldKind = z.enum([
  'given-name',
  'family-name',
  'full-name',
  'company-name',
  'email',
  'phone',
  'website',
  'street',
  'city',
  'state',
  'postal-code',
  'country',
  'title',
  'date',
  'number',
  'text',
  'id',
]);
export type FieldKind = z.infer<typeof fieldKind>;

/** How the golden record picks one of several values. Ties are broken by the smallest Salesforce id. */
export const survivorshipStrategy = z.enum(['newest', 'most-frequent', 'longest', 'any-true']);
export type SurvivorshipStrategy = z.infer<typeof survivorshipStrategy>;

const column = z.string().regex(/^[a-z][a-z0-9_]*$/);
const objectName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/);
/** A column of `standard.<object>` that holds the Salesforce id of another record. */
const reference = z.strictObject({ object: objectName, column });

export const entityDefinition = z.strictObject({
  /** `person` names `standard.person`, `golden.person` and `unified.dim_person`. */
  name: column,
  plural: column,
  description: z.string().min(1),
  /** Three letters that open every golden id of this entity, e.g. `per`. */
  idPrefix: z.string().regex(/^[a-z]{3}$/),
  /** Canonical fields: kind and how the surviving value is chosen; `with` moves it together with another field's record. */
  fields: z.record(
    column,
    z.strictObject({
      kind: fieldKind,
      description: z.string().min(1),
      survivor: survivorshipStrategy.default('newest'),
      with: column.optional(),
      /** Two records whose values differ are never one, e.g. a D-U-N-S number. Blank says nothing. */
      unique: z.boolean().default(false),
    }),
  ),
  /** Certain links: the record named is the one this record became (a converted lead its contact). */
  became: z.array(reference).default([]),
  /** Never one, however alike: the record and the one named, and that one's own, up to the top (an account and its parents). */
  apart: z.array(reference).default([]),
  /** Open money: rows of `object` where `when` holds (SQL over `r`) and whose `column` holds the record's id, or its `by` field. */
  money: z
    .strictObject({ object: objectName, column, amount: column, when: z.string(), by: column.optional() })
    .optional(),
});

export type EntityDefinition = z.infer<typeof entityDefinition>;

/** Checks the shape. Throws a ZodError that names each fault. */
export function defineEntity(definition: z.input<typeof entityDefinition>): EntityDefinition {
  return entityDefinition.parse(definition);
}
