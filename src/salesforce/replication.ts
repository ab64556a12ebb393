/** Asks Salesforce up to when its changes are all visible, and what it has deleted since. */
import { z } from 'zod';
import type { DeletedRecord, SourceObject } from '../model/source.ts';
import { RestFault } from './fault.ts';
import type { Rest } from './rest.ts';

const instant = z.string().transform((text, context) => {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  context.addIssue('not a time');
  return z.NEVER;
});
const updatedAnswer = z.object({ latestDateCovered: instant });
const deletedAnswer = z.object({
  deletedRecords: z.array(z.object({ id: z.string(), deletedDate: instant })),
  earliestDateAvailable: instant,
});

// Airbyte and Estuary measured visibility delays of seconds and stay minutes behind; five is Fivetran's and Estuary's choice.
const lagMilliseconds = 5 * 60_000;
// getUpdated wants more than a minute; a short window keeps its id list small.
const updatedWindowMilliseconds = 10 * 60_000;
const minute = 60_000;

const pathOf = (root: string, object: string, what: string) =>
  `${root}/sobjects/${encodeURIComponent(object)}/${what}/`;

/** `now` is Salesforce's clock. */
export async function highWater(
  rest: Rest,
  root: string,
  object: SourceObject,
  now: Date,
  signal: AbortSignal,
): Promise<Date> {
  const fallback = new Date(now.getTime() - lagMilliseconds);
  if (!object.isReplicateable) return fallback;
  const path = `${pathOf(root, object.name, 'updated')}?${interval(new Date(now.getTime() - updatedWindowMilliseconds), now)}`;
  try {
    const { latestDateCovered } = await rest.json(updatedAnswer, { path, signal });
    // Documented to be held at the start of any long-running transaction: rows of it would commit behind our back.
    return latestDateCovered < now ? latestDateCovered : now;
  } catch (error) {
    // Too many ids (EXCEEDED_ID_LIMIT), or an object it keeps no log of.
    if (error instanceof RestFault) return fallback;
    throw error;
  }
}

export async function deletedSince(
  rest: Rest,
  root: string,
  object: SourceObject,
  from: Date,
  now: Date,
  signal: AbortSignal,
): Promise<DeletedRecord[] | null> {
  if (!object.isReplicateable) return null;
  // Refused for a window of a minute or less; its grain is the minute, so begin a whole one earlier.
  const start = new Date(Math.min(from.getTime() - minute, now.getTime() - 2 * minute));
  try {
    const path = `${pathOf(root, object.name, 'deleted')}?${interval(start, now)}`;
    const { deletedRecords, earliestDateAvailable } = await rest.json(deletedAnswer, { path, signal });
    if (earliestDateAvailable > from) return null;
    return deletedRecords.map(({ id, deletedDate }) => ({ id, deletedAt: deletedDate }));
  } catch (error) {
    // Too old a window or too many ids: both leave only the comparison of all ids.
    if (error instanceof RestFault) return null;
    throw error;
  }
}

function interval(start: Date, end: Date): string {
  return String(new URLSearchParams({ start: start.toISOString(), end: end.toISOString() }));
}
