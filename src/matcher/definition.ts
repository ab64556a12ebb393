/** The words of the matcher: entities, the canonical fields a source's columns are mapped to, kinds of further columns. */

/** Canonical fields the matcher reads; everything else a record carries is left alone. */
export const canonicalFields = [
  'first_name',
  'last_name',
  'full_name',
  'email',
  'phone',
  'company',
  'title',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
  'birth_date',
  'website',
  'name',
  'external_id',
] as const;
export type CanonicalField = (typeof canonicalFields)[number];

export type MatchEntity = 'person' | 'company';

export const compareKinds = ['name', 'text', 'category', 'date', 'number', 'id'] as const;
export type CompareKind = (typeof compareKinds)[number];

/** A column the canonical model doesn't know, compared by its kind. */
export type Extra = { name: string; kind: CompareKind };

/** What a run reads: which canonical fields are there and which columns beside them. Nothing else decides the model. */
export type MatchLayout = { entity: MatchEntity; fields: readonly CanonicalField[]; extras: readonly Extra[] };

/** Name of the standardised column of the extra at this position. */
export const extraColumn = (at: number): string => `x${at}`;
