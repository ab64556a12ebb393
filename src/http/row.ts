/** A row of a view becomes the JSON that the API documents: times as ISO 8601, nothing undocumented. */
import type { z } from 'zod';

/** Throws a ZodError when the row is not what the schema says; the caller then answers 500, never a wrong body. */
export function present<T extends z.ZodType>(schema: T, row: object): z.output<T> {
  return schema.parse(plain(row));
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
