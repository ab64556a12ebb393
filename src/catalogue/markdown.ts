/** Rows become a Markdown table; a bar or a line break inside a cell cannot break it. */

export function table(head: string[], rows: (string | number | null)[][]): string {
  const line = (cells: (string | number | null)[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const cell = (value: string | number | null) =>
  String(value ?? '')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');

export const code = (text: string | null) => (text === null || text === '' ? '' : `\`${text}\``);
