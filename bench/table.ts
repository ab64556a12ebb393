/** Rows of values into a table of plain text with aligned columns, numbers to the right. */

export type Cell = string | number | null;

/** @param decimals of numbers that are not whole */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[], decimals = 3): string {
  const texts = rows.map((row) => row.map((value) => cellText(value, decimals)));
  const widths = header.map((name, at) => Math.max(name.length, ...texts.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[], isNumber: (at: number) => boolean) =>
    cells
      .map((text, at) => (isNumber(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const isNumeric = header.map((_, at) => rows.some((row) => typeof row[at] === 'number'));
  return [
    line(header, (at) => isNumeric[at] === true),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...texts.map((row) => line(row, (at) => isNumeric[at] === true)),
  ].join('\n');
}

function cellText(value: Cell, decimals: number): string {
  if (value === null) return '-';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(decimals);
}
