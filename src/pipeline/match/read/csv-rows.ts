/** The bytes of whole rows of a checked CSV into their cells. */
const [quote, cr, lf] = [0x22, 0x0d, 0x0a];

/** By place three numbers: where the cell's bytes start and end, and of what kind they are; it starts at -1 where blank. */
export type RowCells = Int32Array;
export const cellWidth = 3;
/** Kinds of cells, added up: they hold bytes above 127; quotes, each written twice. */
const [beyondAscii, doubledQuotes] = [1, 2];

/** Equal bytes are equal texts. */
export const isVerbatim = (kind: number): boolean => (kind & doubledQuotes) === 0;

export function cellText(bytes: Buffer, cells: RowCells, at: number): string {
  const [from, to, kind] = [cells[at] as number, cells[at + 1] as number, cells[at + 2] as number];
  const text = (kind & beyondAscii) === 0 ? bytes.toString('latin1', from, to) : bytes.toString('utf8', from, to);
  return isVerbatim(kind) ? text : text.replaceAll('""', '"');
}

/**
 * Calls back for each row with the wanted cells. The array is used again for the next row.
 * @param slots by column of the file: its places in the row that is handed on
 */
export function eachRow(
  bytes: Buffer,
  delimiter: number,
  slots: readonly (readonly number[])[],
  width: number,
  take: (cells: RowCells) => void,
): void {
  const cells = new Int32Array(width * cellWidth);
  let at = 0;
  while (at < bytes.length) {
    let column = 0;
    let isRow = false;
    cells.fill(-1);
    for (;;) {
      let [from, to, kind] = [at, at, 0];
      if (bytes[at] === quote) {
        isRow = true;
        from = at + 1;
        for (at = from; ; at += 1) {
          const byte = bytes[at] as number;
          if (byte === quote) {
            if (bytes[at + 1] !== quote) break;
            kind |= doubledQuotes;
            at += 1;
          } else if (byte > 127) kind |= beyondAscii;
        }
        to = at;
        at += 1;
        if (bytes[at] === cr) at += 1;
      } else {
        let byte = bytes[at];
        let all = 0;
        while (byte !== undefined && byte !== delimiter && byte !== lf) {
          all |= byte;
          byte = bytes[(at += 1)];
        }
        if (all > 127) kind = beyondAscii;
        to = at > from && bytes[at - 1] === cr ? at - 1 : at;
      }
      const wanted = slots[column];
      if (wanted !== undefined && to > from) {
        for (let index = 0; index < wanted.length; index += 1) {
          const cell = (wanted[index] as number) * cellWidth;
          cells[cell] = from;
          cells[cell + 1] = to;
          cells[cell + 2] = kind;
        }
      }
      if (to > from) isRow = true;
      const byte = bytes[at];
      at += 1;
      if (byte !== delimiter) break;
      isRow = true;
      column += 1;
    }
    // An empty line is no row.
    if (isRow) take(cells);
  }
}
