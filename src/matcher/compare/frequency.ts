/** How often each value occurs, as a rarity class: the floor of -log2 of its share, so that agreement can be weighed by it. */
import { shared } from '../threads/memory.ts';
import type { TextColumn, TextRows } from './text-table.ts';

/** Rarity classes 0..mostRarity; a value rarer than 1 in 2^14 says no more than one of that share. */
export const mostRarity = 14;

/** What a column's values say of chance: by rarity class, how many records and how many pairs that agree. */
export type Rarity = {
  /** Class of a value not in the list: as rare as one seen once. */
  most: number;
  /** Records with a value, by class. */
  recordCount: number[];
  /** Pairs of records agreeing on the value, by class. */
  pairCount: number[];
  /** In a list of names those of one name are missing (lacking-namesakes.ts). */
  lacksNamesakes?: true;
  /**
   * Names of companies in a list are equal by chance, with other legal forms (telling-forms.ts). `bare`: one without a form is as likely
   * another's; `sameForm`, `noForm`: those of one form, or of none, are mostly equal by chance too;
   * `keptApart`: fewer of those are equal than chance gives.
   */
  coincidence?: { bare?: true; sameForm?: true; noForm?: true; keptApart?: true };
  /**
   * In a list of names and places alone (at-one-place.ts), those of one name at one place are `copies`, or mostly so by `chance`;
   * `elsewhere`: those of one name at different places are several; `forms`: so are those at one place with different legal forms.
   */
  atPlaces?: { copies?: true; chance?: true; elsewhere?: true; forms?: true };
};

/**
 * By id of the text: how many records have it, but for those left out.
 * @param column which of the columns of the rows it is
 * @param isLeftOut by place; null: nobody is
 */
export function countTexts(
  { starts }: TextColumn,
  { cells, width, offsets }: TextRows,
  column: number,
  isLeftOut: Uint8Array | null = null,
): Int32Array {
  const counts = new Int32Array(starts.length - 1);
  for (let cell = offsets[column] as number, place = 0; cell < cells.length; cell += width, place += 1) {
    const id = cells[cell] as number;
    if (id >= 0 && isLeftOut?.[place] !== 1) counts[id] = (counts[id] as number) + 1;
  }
  return counts;
}

/** Gives the texts of a column their rarity classes. */
export function weighRarity(column: TextColumn, counts: Int32Array): Rarity {
  let total = 0;
  for (const count of counts) total += count;
  total = Math.max(1, total);
  const most = Math.min(mostRarity, Math.floor(Math.log2(total)));
  const rarity: Rarity = { most, recordCount: Array(most + 1).fill(0), pairCount: Array(most + 1).fill(0) };
  const classes = shared(Uint8Array, counts.length);
  for (let id = 0; id < counts.length; id += 1) {
    const count = counts[id] as number;
    const at = Math.min(most, Math.floor(Math.log2(total / count)));
    classes[id] = at;
    rarity.recordCount[at] = (rarity.recordCount[at] as number) + count;
    rarity.pairCount[at] = (rarity.pairCount[at] as number) + (count * (count - 1)) / 2;
  }
  column.rarity = classes;
  return rarity;
}
