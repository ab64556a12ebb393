/** Keyset pages: the last row's key travels as an opaque cursor, so rows that come or go never shift a page. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { Page, PageRequest } from '../views/page.ts';
import { present } from './row.ts';

// Every key is made of ids, and of names people gave; a control letter never came from us (and a NUL byte would fail in PostgreSQL).
const cursorParts = z.tuple([z.string()], z.string().regex(/^\P{Cc}{0,255}$/u));

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Rows of a page'),
  cursor: z.string().min(1).max(4000).optional().describe('nextCursor of the page before'),
};

export function pageOf<T extends z.ZodType>(row: T) {
  return z.object({ data: z.array(row), nextCursor: z.string().nullable().describe('Null on the last page') });
}

/** A list of the API by its name, which tells its orders apart, and the length of its key. A cursor is of one list at one path. */
export type List<T extends z.ZodType> = { name: string; keyLength: number; row: T };

/** Asks a view for the page after the cursor. @throws DomainError `cursor-unknown` for a cursor that is none of the list. */
export async function answerPage<T extends z.ZodType>(
  request: Pick<FastifyRequest, 'url'>,
  list: List<T>,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (page: PageRequest) => Promise<Page<object>>,
) {
  const own = `${list.name} ${request.url.split('?')[0]}`;
  const after = decodeCursor(own, list.keyLength, cursor);
  const { data, next } = await read({ limit, after }).catch(async (error: unknown) => {
    if (after === null || !isOtherType(error)) throw error;
    // A filter may be what PostgreSQL could not read: then the first page cannot be had either.
    const isOfCursor = await read({ limit: 1, after: null }).then(
      () => true,
      () => false,
    );
    throw isOfCursor ? wrongCursor() : error;
  });
  const nextCursor = next && Buffer.from(JSON.stringify([own, ...next])).toString('base64url');
  return { data: data.map((row) => present(list.row, row)), nextCursor };
}

function decodeCursor(own: string, keyLength: number, cursor: string | undefined): string[] | null {
  if (cursor === undefined) return null;
  const parsed = cursorParts.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success || parsed.data[0] !== own || parsed.data.length !== keyLength + 1) throw wrongCursor();
  return parsed.data.slice(1);
}

/**
 * A time or a number of a key that is none: SQLSTATE class 22, data exception, met while PostgreSQL read the parameters ("unnamed
 * portal parameter $2"). The same of a row, a division by zero say, has another context or none, and is a fault of ours.
 */
const isOtherType = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^22...$/.test(String(error.code)) &&
  'where' in error &&
  /\$\d/.test(String(error.where));

export function wrongCursor(): DomainError {
  const message = 'is not a cursor of this list; take nextCursor as it was given, or leave it out';
  return new DomainError('cursor-unknown', `cursor ${message}.`, { faults: [{ pointer: '/query/cursor', message }] });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
