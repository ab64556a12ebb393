/** What changed in Salesforce after it was read: no comparison may count it, on either side. */
import type { Source } from '../../model/source.ts';

/** Up to where an object was read, by the field of its stamp. */
export type ReadUpTo = { object: string; stamp: string; at: Date };

/** Ids of its records that changed since, the deleted included. */
export async function changedSince(
  source: Source,
  { object, stamp, at }: ReadUpTo,
  signal: AbortSignal,
): Promise<string[]> {
  const window = { cursorField: stamp, from: at };
  const begun = await source.startExport({ object, fields: ['Id'], window, after: null, sliceRows: null }, signal);
  const ids: string[] = [];
  for (let locator: string | null = null; ;) {
    const page = await source.readPage(begun, locator, 10_000, signal);
    const text = (await page.csv.toArray()).map(String).join('');
    ids.push(...(text.match(/\b[A-Za-z0-9]{18}\b/g) ?? []));
    if (page.nextLocator === null) return ids;
    locator = page.nextLocator;
  }
}
