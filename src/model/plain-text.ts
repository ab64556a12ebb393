/** Text of one line that people write: as PostgreSQL, JSON and a reader of the API's document can all have it. */
import { z } from 'zod';

/**
 * No control letters (a NUL byte would fail in PostgreSQL), no ends of lines, none that turn the direction of what is written around them
 * (a name could read as another), and one that is no space. Many readers of JSON Schema know no classes of Unicode.
 */
const oneLine =
  /^[ -~\u00a0-\u2027\u202f-\u2065\u206a-\uffff]*[!-~\u00a1-\u2027\u2030-\u2065\u206a-\uffff][ -~\u00a0-\u2027\u202f-\u2065\u206a-\uffff]*$/;

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
