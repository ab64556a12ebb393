/** A field of a described object and its column in the mirror. */

export type PgType = 'text' | 'numeric' | 'boolean' | 'date' | 'timestamptz' | 'time' | 'jsonb';

export type MirrorField = {
  field: string;
  column_name: string;
  salesforce_type: string;
  pg_type: PgType;
  is_calculated: boolean;
  state: 'visible' | 'hidden';
  /** False until the column holds a value of every row there was before it. */
  is_filled: boolean;
  /** Of a compound: the fields it is put together from. */
  parts: string[] | null;
};

const pgTypes: Record<string, PgType> = {
  boolean: 'boolean',
  int: 'numeric',
  long: 'numeric',
  double: 'numeric',
  currency: 'numeric',
  percent: 'numeric',
  date: 'date',
  datetime: 'timestamptz',
  time: 'time',
  json: 'jsonb',
};

/** Any type not named is text, so that a type Salesforce invents tomorrow is mirrored today. */
export function pgTypeOf(salesforceType: string): PgType {
  return pgTypes[salesforceType] ?? 'text';
}

export const isId = (one: Pick<MirrorField, 'salesforce_type'>) => /^(id|reference)$/.test(one.salesforce_type);
