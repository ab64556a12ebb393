/** Text of one line that people write: as PostgreSQL, JSON and a reader of the API's document can all have it. */
import { z } from 'zod';

/** No control letters (a NUL byte would fail in PostgreSQL), and one that is no space. Many readers of JSON Schema know no classes of Unicode. */
const oneLine = /^[ -~\u00a0-\uffff]*[!-~\u00a1-\uffff][ -~\u00a0-\uffff]*$/;

/** Trimmed, of 1 to `max` letters; half of a surrogate pair is no letter. */
export function plainText(max: number, message = 'must be plain text of one line') {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(oneLine, message)
    .refine((text) => text.isWellFormed(), message);
}
