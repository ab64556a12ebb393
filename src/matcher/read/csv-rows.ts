/** The bytes of whole rows of a checked CSV into their cells. */
const [quote, cr, lf] = [0x22, 0x0d, 0x0a];

/** Three numbers a cell: where its bytes start and end, and of what kind they are; all are -1 where it is blank. */
export const cellWidth = 3;
/** Kinds of cells, added up: they hold bytes above 127; quotes, each written twice. */
const [beyondAscii, doubledQuotes] = [1, 2];

/** Its bytes are its text, a letter each. */
export const isPlain = (kind: number): boolean => kind === 0;
/** Equal bytes are equal texts. */
export const isVerbatim = (kind: number): boolean => (kind & doubledQuotes) === 0;

export function cellText(bytes: Buffer, cells: Int32Array, at: number): string {
  const [from, to, kind] = [cells[at] as number, cells[at + 1] as number, cells[at + 2] as number];
  const text = (kind & beyondAscii) === 0 ? bytes.toString('latin1', from, to) : bytes.toString('utf8', from, to);
  return isVerbatim(kind) ? text : text.replaceAll('""', '"');
}

/** The wanted cells of rows, row by row; used again for the next bytes. */
export class CellTable {
  cells: Int32Array = new Int32Array(0);
  rowCount = 0;
  /** Numbers of a row. */
  readonly width: number;
  private readonly delimiter: number;
  private readonly slots: readonly (readonly number[])[];

  /** @param slots by column of the file: its places in a row of so many wanted cells */
  constructor(delimiter: number, slots: readonly (readonly number[])[], cellCount: number) {
    this.delimiter = delimiter;
    this.slots = slots;
    this.width = cellCount * cellWidth;
  }

  read(bytes: Buffer): void {
    this.rowCount = 0;
    for (let at = 0; at < bytes.length;) {
      const row = this.rowCount * this.width;
      if (row + this.width > this.cells.length) this.grow(row);
      this.cells.fill(-1, row, row + this.width);
      const end = this.readRow(bytes, at, row);
      // An empty line is no row.
      if (end > 0) this.rowCount += 1;
      at = Math.abs(end);
    }
  }

  /** Writes the cells of the row that starts at `start`. @returns where the next one does, less than 0 if this is none */
  private readRow(bytes: Buffer, start: number, row: number): number {
    const { slots, delimiter } = this;
    let at = start;
    let isRow = false;
    for (let column = 0; ; column += 1) {
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
        const { length } = bytes;
        let all = 0;
        for (; at < length; at += 1) {
          const byte = bytes[at] as number;
          if (byte === delimiter || byte === lf) break;
          all |= byte;
        }
        if (all > 127) kind = beyondAscii;
        to = at > from && bytes[at - 1] === cr ? at - 1 : at;
      }
      if (to > from) {
        isRow = true;
        const wanted = slots[column];
        if (wanted !== undefined) this.take(wanted, row, from, to, kind);
      }
      const byte = bytes[at];
      at += 1;
      if (byte !== delimiter) return isRow ? at : -at;
      isRow = true;
    }
  }

  private take(wanted: readonly number[], row: number, from: number, to: number, kind: number): void {
    const { cells } = this;
    for (let index = 0; index < wanted.length; index += 1) {
      const cell = row + (wanted[index] as number) * cellWidth;
      cells[cell] = from;
      cells[cell + 1] = to;
      cells[cell + 2] = kind;
    }
  }

  private grow(filled: number): void {
    const wider = new Int32Array(Math.max(2 * this.cells.length, 1024 * this.width));
    wider.set(this.cells.subarray(0, filled));
    this.cells = wider;
  }
}
