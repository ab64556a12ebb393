/** Lines into a file, with back-pressure. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const special = /[",\r\n]/;

/** One line; a cell that holds a quote, a comma or a line break is quoted. */
export function csvRow(cells: readonly string[]): string {
  let line = '';
  for (const [at, cell] of cells.entries())
    line += `${at === 0 ? '' : ','}${special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell}`;
  return `${line}\n`;
}

const piece = 1 << 16;

export async function writeLines(file: string, lines: () => Iterable<string>): Promise<void> {
  await pipeline(Readable.from(pieces(lines())), createWriteStream(file));
}

function* pieces(lines: Iterable<string>): Generator<string> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < piece) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
