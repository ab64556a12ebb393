/** The bytes of whole rows of a checked CSV into their cells. */
const [quote, cr, lf] = [0x22, 0x0d, 0x0a];

/**
 * Calls back for each row with the wanted cells; blank ones are null. The array is used again for the next row.
 * @param slots by column of the file: its places in the row that is handed on
 */
export function eachRow(
  bytes: Buffer,
  delimiter: number,
  slots: readonly (readonly number[])[],
  width: number,
  take: (cells: (string | null)[]) => void,
): void {
  const cells: (string | null)[] = Array.from({ length: width }, () => null);
  let at = 0;
  while (at < bytes.length) {
    let column = 0;
    let isRow = false;
    cells.fill(null);
    for (;;) {
      let [from, to, isAscii, isDoubled] = [at, at, true, false];
      if (bytes[at] === quote) {
        isRow = true;
        from = at + 1;
        for (at = from; ; at += 1) {
          const byte = bytes[at] as number;
          if (byte === quote) {
            if (bytes[at + 1] !== quote) break;
            isDoubled = true;
            at += 1;
          } else if (byte > 127) isAscii = false;
        }
        to = at;
        at += 1;
        if (bytes[at] === cr) at += 1;
      } else {
        let byte = bytes[at];
        while (byte !== undefined && byte !== delimiter && byte !== lf) {
          if (byte > 127) isAscii = false;
          byte = bytes[(at += 1)];
        }
        to = at > from && bytes[at - 1] === cr ? at - 1 : at;
      }
      const wanted = slots[column];
      if (wanted !== undefined && wanted.length > 0 && to > from) {
        const text = bytes.toString(isAscii ? 'latin1' : 'utf8', from, to);
        const value = isDoubled ? text.replaceAll('""', '"') : text;
        for (const slot of wanted) cells[slot] = value;
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
