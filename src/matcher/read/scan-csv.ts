/** A CSV file, read once as bytes, into its column names, or the fault that makes it unfit, told by line and column. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DomainError } from '../../model/errors.ts';

export type CsvHead = {
  columns: string[];
  delimiter: number;
  rowCount: number;
  /** Byte offsets that cut the rows under the header into parts, from the first row to the end of the file. */
  cuts: number[];
};

/** Rows of a part, the last one's apart. */
export const partRows = 8192;

/** Bytes of one cell; more is no value of a record but a broken file. */
const cellLimit = 1 << 20;
const [quote, comma, cr, lf] = [0x22, 0x2c, 0x0d, 0x0a];
/** Tab, pipe, semicolon, comma: of two that fit as well the one that words hold less often. */
const delimiters = [0x09, 0x7c, 0x3b, comma];

type State = { line: number; column: number; cellBytes: number; inQuotes: boolean; closed: boolean; quoteLine: number };

/**
 * Checks the whole file: encoding, NUL bytes, quotes, cells per row, size of a cell.
 * @param untilRow stops at the start of this record (0 is the first after the header) and answers its line in `line`
 * @param soFar is told time and again what is known by then: the cuts up to where all is well
 * @param shown what the file is called in faults
 * @throws DomainError `file-invalid`
 */
export async function scanCsv(
  file: string,
  untilRow = Infinity,
  soFar?: (head: CsvHead) => void,
  shown = file,
): Promise<CsvHead & { line: number }> {
  const state: State = { line: 1, column: 0, cellBytes: 0, inQuotes: false, closed: false, quoteLine: 1 };
  let columns: string[] | null = null;
  const headBytes: number[] = [];
  let delimiter = 0;
  let rows = 0;
  let rowBytes = 0;
  let found = 0;
  /** Bytes before those at hand. */
  let base = 0;
  const cuts: number[] = [];
  const fail = (message: string, line = state.line): never => {
    const name = columns?.[state.column] ?? String(state.column + 1);
    throw new DomainError('file-invalid', `${shown}, line ${line}, column "${name}": ${message}`);
  };
  const endRow = () => {
    // An empty line is no row.
    if (rowBytes > 0) {
      if (columns === null) columns = headOf(headBytes, delimiter);
      else {
        if (state.column + 1 !== columns.length) {
          fail(`the row has ${state.column + 1} cells where the header has ${columns.length}.`);
        }
        rows += 1;
      }
    }
    Object.assign(state, { column: 0, cellBytes: 0, closed: false });
    rowBytes = 0;
  };
  const take = (bytes: Buffer, from: number): void => {
    for (let at = from; at < bytes.length; at += 1) {
      if (columns !== null && !state.inQuotes && !state.closed) {
        const end = plainEnd(bytes, at, delimiter);
        rowBytes += end - at;
        state.cellBytes += end - at;
        if (state.cellBytes > cellLimit) fail(`the cell is longer than ${cellLimit} bytes.`);
        at = end;
        if (at === bytes.length) break;
      }
      const byte = bytes[at] as number;
      if (columns === null && byte !== lf) headBytes.push(byte);
      if (state.inQuotes) {
        if (byte === quote) {
          state.inQuotes = false;
          state.closed = true;
        } else {
          if (byte === lf) state.line += 1;
          if ((state.cellBytes += 1) > cellLimit) {
            fail(`the cell is longer than ${cellLimit} bytes; is the quote opened here closed?`, state.quoteLine);
          }
        }
        continue;
      }
      if (byte === lf) {
        endRow();
        if (columns !== null && rows === cuts.length * partRows) cuts.push(base + at + 1);
        state.line += 1;
        if (columns !== null && rows >= untilRow && found === 0) found = state.line;
        continue;
      }
      if (byte === cr) {
        if (at + 1 < bytes.length && bytes[at + 1] !== lf)
          fail('a carriage return stands alone; lines end with LF or CRLF.');
        continue;
      }
      rowBytes += 1;
      if (delimiter === 0 && delimiters.includes(byte)) delimiter = byte;
      if (byte === delimiter) {
        state.column += 1;
        state.cellBytes = 0;
        state.closed = false;
        continue;
      }
      if (byte === quote && state.cellBytes === 0) {
        // A second quote right after a closing one stands for a quote within the cell.
        state.inQuotes = true;
        if (!state.closed) state.quoteLine = state.line;
        else state.cellBytes = 1;
        state.closed = false;
        continue;
      }
      if (byte === quote && state.closed) {
        state.inQuotes = true;
        state.closed = false;
        continue;
      }
      if (state.closed) fail('there is text after the closing quote; a quote within a quoted cell is written twice.');
      if ((state.cellBytes += 1) > cellLimit) fail(`the cell is longer than ${cellLimit} bytes.`);
    }
  };
  await checkIsFile(file);
  try {
    let carry = Buffer.alloc(0);
    let first = true;
    for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
      let bytes = carry.length ? Buffer.concat([carry, part as Buffer]) : (part as Buffer);
      if (
        first &&
        (bytes.subarray(0, 2).equals(Buffer.from([0xff, 0xfe])) ||
          bytes.subarray(0, 2).equals(Buffer.from([0xfe, 0xff])))
      ) {
        fail('the file is UTF-16; save it as UTF-8.');
      }
      if (first && bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) {
        bytes = bytes.subarray(3);
        base = 3;
      }
      if (first) delimiter = delimiterOf(bytes);
      first = false;
      const whole = wholeCharacters(bytes);
      carry = Buffer.from(bytes.subarray(whole));
      bytes = bytes.subarray(0, whole);
      const fault = faultIn(bytes);
      take(fault ? bytes.subarray(0, fault.at) : bytes, 0);
      if (fault) fail(fault.message);
      base += bytes.length;
      if (found > 0) break;
      if (columns !== null) soFar?.({ columns, delimiter: delimiter || comma, rowCount: rows, cuts });
    }
    if (carry.length > 0 && found === 0) fail('the file ends within a character; it is not UTF-8.');
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('file-invalid', `${shown} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (found === 0 && state.inQuotes) fail('the quote opened here is never closed.', state.quoteLine);
  // Looking for a line, it stops within a row.
  if (found === 0 && (rowBytes > 0 || (columns === null && headBytes.length > 0))) endRow();
  if (columns === null) {
    throw new DomainError('file-invalid', `${shown}, line 1: the file is empty; its first line must name the columns.`);
  }
  if (cuts.at(-1) !== base) cuts.push(base);
  return { columns, delimiter: delimiter || comma, rowCount: rows, cuts, line: found || state.line };
}

/** It is read twice: once to be checked, and once for its values. */
async function checkIsFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file.' : `it cannot be read: ${cause.message}.`;
    throw new DomainError('file-invalid', `${file}: ${why}`, { cause });
  });
  if (found.isFile()) return;
  const what = found.isDirectory()
    ? 'it is a folder; name a CSV file in it.'
    : 'it is a pipe or a device, and is read more than once; save it as a file first.';
  throw new DomainError('file-invalid', `${file}: ${what}`);
}

/**
 * What parts the names in the header: what parts the row under it as often, and else what is there most. 0 where nothing does.
 * A name such as "surname, given" holds a delimiter of its own.
 */
function delimiterOf(bytes: Buffer): number {
  const lines: number[][] = [[0, 0, 0, 0]];
  let inQuotes = false;
  for (const byte of bytes) {
    const counts = lines.at(-1) as number[];
    const at = delimiters.indexOf(byte);
    if (byte === quote) inQuotes = !inQuotes;
    else if (inQuotes) continue;
    else if (byte === lf && lines.push([0, 0, 0, 0]) > 2) break;
    else if (at >= 0) counts[at] = (counts[at] as number) + 1;
  }
  const [head, row] = lines as [number[], number[]?];
  const weightOf = (at: number) => (head[at] as number) * (row?.[at] === head[at] ? 1000 : 1);
  const best = [0, 1, 2, 3].reduce((one, other) => (weightOf(other) > weightOf(one) ? other : one));
  return head[best] === 0 ? 0 : (delimiters[best] as number);
}

/** Where the bytes that are nothing but part of a cell end; in a file of one column any delimiter may still come. */
function plainEnd(bytes: Buffer, from: number, delimiter: number): number {
  let at = from;
  for (; delimiter !== 0 && at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === lf || byte === delimiter || byte === quote || byte === cr) break;
  }
  return at;
}

/** Length of the bytes without a character cut off at their end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function faultIn(bytes: Buffer): { at: number; message: string } | null {
  const nul = bytes.indexOf(0);
  if (nul >= 0 && isUtf8(bytes.subarray(0, nul))) return { at: nul, message: 'there is a NUL byte.' };
  if (isUtf8(bytes)) return null;
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const end = wholeCharacters(bytes.subarray(0, middle));
    if (isUtf8(bytes.subarray(0, end))) good = middle;
    else bad = middle;
  }
  return { at: Math.max(0, bad - 1), message: 'the bytes are not UTF-8; save the file as UTF-8.' };
}

/** The names in the header line; a quoted one may hold the delimiter. */
function headOf(bytes: number[], delimiter: number): string[] {
  const line = Buffer.from(bytes).toString('utf8').replace(/\r$/, '');
  const names: string[] = [];
  const between = String.fromCharCode(delimiter || 0x2c);
  let name = '';
  let inQuotes = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] as string;
    if (letter === '"' && inQuotes && line[at + 1] === '"') {
      name += '"';
      at += 1;
    } else if (letter === '"') inQuotes = !inQuotes;
    else if (letter === between && !inQuotes) {
      names.push(name.trim());
      name = '';
    } else name += letter;
  }
  return [...names, name.trim()];
}
