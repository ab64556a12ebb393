/** Keyset pages: the last row's key travels as an opaque cursor, so rows that come or go never shift a page. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';

// Every key is made of ids and names; anything else never came from us (and a NUL byte would fail in PostgreSQL).
const cursorParts = z.array(z.string().regex(/^[\w.:+-]{0,200}$/)).min(1);

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Rows of a page'),
  cursor: z.string().min(1).max(600).optional().describe('nextCursor of the page before'),
};

export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), nextCursor: z.string().nullable().describe('Null on the last page') });
}

export function encodeCursor(list: string, parts: string[]): string {
  return Buffer.from(JSON.stringify([list, ...parts])).toString('base64url');
}

/** The key after which the page starts; null for the first page. @throws DomainError `request-invalid`. */
export function decodeCursor(list: string, cursor: string | undefined, partCount: number): string[] | null {
  if (cursor === undefined) return null;
  const parsed = cursorParts.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success || parsed.data[0] !== list || parsed.data.length !== partCount + 1) {
    const message = `is not a cursor of this list; take nextCursor as it was given, or leave it out`;
    throw new DomainError('request-invalid', `cursor ${message}.`, { faults: [{ pointer: '/query/cursor', message }] });
  }
  return parsed.data.slice(1);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Cuts the extra row that a query with `limit + 1` brought, and turns the last kept one into the cursor. */
export function toPage<T>(list: string, rows: T[], limit: number, keyOf: (row: T) => string[]) {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last ? encodeCursor(list, keyOf(last)) : null };
}
