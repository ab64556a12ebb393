/** The texts of columns as numbers that lie together: each distinct text once, and record by record the ids of its texts. */
import { sketchWidth, writeSketch } from './sketch.ts';

/** The distinct texts of a column; on shared memory, so that threads compare side by side. */
export type TextColumn = {
  /** The texts one after another, as UTF-16. */
  units: Uint16Array;
  /** By id: where its text starts; one more than there are texts. */
  starts: Int32Array;
  /** By id: its sketch (sketch.ts), `sketchWidth` numbers. */
  sketches: Int32Array;
  /** By id: rarity class (frequency.ts); null where it is not weighed. */
  rarity: Uint8Array | null;
};

/**
 * Record by record, `width` numbers each: by column, from its offset on, the id of its text, -1 where blank. In a column of
 * many texts the sketch of the text follows: partners are met at random, and most pairs are told apart by two or three lines
 * of the cache. Last comes a note of what was found out about the record, for whoever asks next; -1 before.
 */
export type TextRows = { cells: Int32Array; width: number; offsets: readonly number[]; isSketched: readonly boolean[] };

export type TextTable = { names: string[]; columns: TextColumn[]; rows: TextRows };

/** Columns of more texts than this hardly ever meet the same two again, and have sketches too many for the cache. */
export const manyTexts = 20_000;

/** Rows of blanks. @param textCounts by column */
export function blankRows(
  recordCount: number,
  textCounts: readonly number[],
  make: (length: number) => Int32Array,
): TextRows {
  const isSketched = textCounts.map((count) => count > manyTexts);
  const offsets: number[] = [];
  let width = 0;
  for (const sketched of isSketched) {
    offsets.push(width);
    width += sketched ? 1 + sketchWidth : 1;
  }
  width += 1;
  return { cells: make(recordCount * width).fill(-1), width, offsets, isSketched };
}

/** The table without a column: nobody asks for it any more. */
export function withoutColumn({ names, columns, rows }: TextTable, name: string): TextTable {
  const stays = (_: unknown, at: number) => names[at] !== name;
  const offsets = rows.offsets.filter(stays);
  const kept = { ...rows, offsets, isSketched: rows.isSketched.filter(stays) };
  return { names: names.filter(stays), columns: columns.filter(stays), rows: kept };
}

/** Few records as a table: each column's values by record, and the rarity class of a value where it is weighed. */
export function textTable(
  columns: { name: string; values: (string | null)[]; classOf: ((value: string) => number) | null }[],
  recordCount: number,
): TextTable {
  // Few texts: their sketches stay apart.
  const rows = blankRows(
    recordCount,
    columns.map(() => 0),
    (length) => new Int32Array(length),
  );
  const texts = columns.map(({ values, classOf }, column): TextColumn => {
    const ids = new Map<string, number>();
    for (const value of values) if (value !== null && !ids.has(value)) ids.set(value, ids.size);
    const all = [...ids.keys()];
    const starts = new Int32Array(all.length + 1);
    for (const [id, text] of all.entries()) starts[id + 1] = (starts[id] as number) + text.length;
    const joined = all.join('');
    const units = Uint16Array.from({ length: joined.length }, (_, at) => joined.charCodeAt(at));
    const sketches = new Int32Array(sketchWidth * all.length);
    sketchAll(sketches, units, starts);
    for (const [place, value] of values.entries())
      if (value !== null) rows.cells[place * rows.width + (rows.offsets[column] as number)] = ids.get(value) as number;
    return { units, starts, sketches, rarity: classOf && Uint8Array.from(all, classOf) };
  });
  return { names: columns.map(({ name }) => name), columns: texts, rows };
}

/** Writes the sketches of all texts. */
export function sketchAll(sketches: Int32Array, units: Uint16Array, starts: Int32Array): void {
  for (let id = 0; id + 1 < starts.length; id += 1)
    writeSketch(sketches, id * sketchWidth, units, starts[id] as number, starts[id + 1] as number);
}
