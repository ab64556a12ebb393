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

/**
 * How the golden record picks one of several values. Several strategies are asked in turn, each settling the ties of the
 * one before; then the newest value wins, then the smallest Salesforce id, then the smallest org.
 */
export const survivorshipStrategy = z.enum([
  /** By the real age of the value itself, not of the record. */
  'newest',
  'oldest',
  /** The smallest day or number, whatever the age of the value. */
  'smallest',
  'most-frequent',
  /** From the record with most fields filled. */
  'most-complete',
  'longest',
  /** By the order of `prefer.objects`, `prefer.orgs`. */
  'object-priority',
  'org-priority',
  /** By the order of `prefer.values`: by what another field of the record says, e.g. of a won deal before an open one. */
  'value-priority',
  /** Well formed for its kind and not in `doubt` before the others. */
  'valid-first',
  /** One objection is enough. */
  'any-true',
  /** All of them, as a set. */
  'union',
]);
export type SurvivorshipStrategy = z.infer<typeof survivorshipStrategy>;

/** How records are compared: as people or companies by the learnt model, or as deals by chances of their own. */
export const matcher = z.enum(['person', 'company', 'deal']);
export type Matcher = z.infer<typeof matcher>;

/** Fields without which a matcher has nothing to compare. */
const comparedBy: Record<Matcher, readonly string[]> = {
  person: ['last_name'],
  company: ['name'],
  deal: ['name', 'company_id', 'amount', 'close_on'],
};

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
  /** Objects whose records stand for it, beside those that say so themselves: canonical field -> Salesforce field(s). */
  evidence: z.record(objectName, z.record(column, z.union([objectName, z.array(objectName).min(1)]))).default({}),
  /** Canonical fields: kind and how the surviving value is chosen; `with` moves it together with another field's record. */
  fields: z.record(
    column,
    z.strictObject({
      kind: fieldKind,
      description: z.string().min(1),
      survivor: z
        .union([survivorshipStrategy, z.array(survivorshipStrategy).min(1)])
        .default('newest')
        .transform((value) => [value].flat()),
      with: column.optional(),
      /** A set of all values of another field; what records say of that one is what this one gathers. */
      of: column.optional(),
      /** Of kind `id`: the entity that the record it names stands for. */
      entity: column.optional(),
      prefer: z
        .strictObject({
          objects: z.array(objectName),
          orgs: z.array(z.string()),
          values: z.array(z.strictObject({ field: column, is: z.string() })),
        })
        .partial()
        .default({}),
      /** Per object, SQL over `r` (a row of `standard.<table>`): its value is not to be trusted, e.g. an e-mail that bounced. */
      doubt: z.record(objectName, z.string()).default({}),
      /** Two records whose values differ are never one, e.g. a D-U-N-S number. Blank says nothing. */
      unique: z.boolean().default(false),
    }),
  ),
  matcher,
  /** Entities whose records are matched and grouped before: what this one is compared by rests on their golden ids. */
  after: z.array(column).default([]),
  /** Certain links: the record named is the one this record became (a converted lead its contact). */
  became: z.array(reference).default([]),
  /** Never one, however alike: the record and the one named, and that one's own, up to the top (an account and its parents). */
  apart: z.array(reference).default([]),
  /** Open money: rows of `object` where `when` holds (SQL over `r`) and whose `column` holds the record's id, or its `by` field. */
  money: z
    .strictObject({ object: objectName, column, amount: column, when: z.string(), by: column.optional() })
    .optional(),
});

/** What one field says about another that is not so. */
function fieldFaults({ fields, matcher: kind, after }: z.infer<typeof entityDefinition>): string[] {
  const lacking = comparedBy[kind].filter((name) => !(name in fields));
  const own = lacking.map((name) => `the matcher "${kind}" compares by ${name}, which is no field`);
  const company = fields.company_id?.entity;
  if (kind === 'deal' && (company === undefined || !after.includes(company))) {
    own.push('deals are compared within their company: company_id names its entity, and after lists it');
  }
  const among = Object.entries(fields).flatMap(([name, field]) => {
    const { survivor, prefer } = field;
    const leader = field.with === undefined ? undefined : fields[field.with];
    const isSet = survivor.includes('union');
    return [
      field.entity !== undefined && field.kind !== 'id' && `${name} names an entity and is not of kind id`,
      field.with !== undefined && !leader && `${name} moves with "${field.with}", which is no field`,
      leader?.with !== undefined && `${name} moves with "${field.with}", which moves with another itself`,
      field.with !== undefined && isSet && `${name} is a set and moves with nothing`,
      leader?.survivor.includes('union') && `${name} moves with "${field.with}", which is a set`,
      isSet && survivor.length > 1 && `${name} is a set: union stands alone`,
      field.of !== undefined && !isSet && `${name} gathers "${field.of}" and needs the strategy union`,
      field.of !== undefined && !(field.of in fields) && `${name} gathers "${field.of}", which is no field`,
      survivor.includes('object-priority') && !prefer.objects && `${name} ranks objects and needs prefer.objects`,
      survivor.includes('org-priority') && !prefer.orgs && `${name} ranks orgs and needs prefer.orgs`,
      survivor.includes('value-priority') && !prefer.values && `${name} ranks by values and needs prefer.values`,
      ...(prefer.values ?? []).map(
        (one) => !(one.field in fields) && `${name} prefers by "${one.field}", which is no field`,
      ),
    ].filter((fault) => typeof fault === 'string');
  });
  return [...own, ...among];
}

export type EntityDefinition = z.infer<typeof entityDefinition>;

const checked = entityDefinition.check(({ value, issues }) => {
  for (const message of fieldFaults(value)) {
    issues.push({ code: 'custom', message, path: ['fields'], input: value.fields });
  }
});

/** Checks the shape and what fields say of each other. Throws a ZodError that names each fault. */
export function defineEntity(definition: z.input<typeof entityDefinition>): EntityDefinition {
  return checked.parse(definition);
}
