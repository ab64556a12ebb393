/** The standardised columns of a part that is being read, row by row as numbers, and the texts in it. */
import { RecordKeys } from '../block/keys.ts';
import { textColumns } from '../compare/comparisons.ts';
import type { MatchLayout } from '../definition.ts';
import { Dictionary } from './dictionary.ts';
import { type Pool, PoolBuilder } from './pool.ts';
import { columnNames, looseColumns } from './standard.ts';

/** What a reader gathered in all its parts, by standardised column; a text may be there more than once. */
export type ColumnTexts = { isFilled: boolean; texts: Pool }[];

/** NumberColumns of a part one after another, so that their memory is one: where each starts, -1 where all of it is blank. */
export type NumberColumns = { starts: Int32Array; numbers: Int32Array };

/** One of them, row by row; empty where all of it is blank. */
export function columnOf({ starts, numbers }: NumberColumns, at: number, rowCount: number): Int32Array {
  const start = starts[at] as number;
  return start < 0 ? numbers.subarray(0, 0) : numbers.subarray(start, start + rowCount);
}

/** Of a column that is blank, and of one that is filled but has no texts to compare. */
const [blank, unread] = [-1, -2];

/** A column as one that fills it sees it: where the hashes of its pieces are, and how many. A value of it is its id, then these. */
export type Target = { column: number; hashStart: number; hashCount: number };

export class PartColumns {
  private readonly keys: RecordKeys;
  private readonly names: string[];
  private readonly isText: boolean[];
  private isFilled: boolean[] = [];
  private texts: (Dictionary | PoolBuilder)[] = [];
  /** Row by row: by column its ids, and by piece its hashes; used again for the next part. */
  private ids: Int32Array[];
  private hashes: Int32Array[];
  private rowCount = 0;
  /** Of one value. */
  private readonly few: Int32Array;

  constructor(layout: MatchLayout) {
    this.keys = new RecordKeys(layout);
    this.names = columnNames(layout);
    const texts = new Set(textColumns(layout, new Set(this.names)));
    this.isText = this.names.map((name) => texts.has(name));
    this.few = new Int32Array(1 + this.keys.hashCount);
    this.ids = this.names.map(() => new Int32Array(0));
    this.hashes = Array.from({ length: this.keys.hashCount }, () => new Int32Array(0));
    this.startOver();
  }

  target(column: number): Target {
    const { hashStarts } = this.keys;
    const hashStart = hashStarts[column] as number;
    return { column, hashStart, hashCount: (hashStarts[column + 1] as number) - hashStart };
  }

  targetOf(name: string): Target {
    return this.target(this.names.indexOf(name));
  }

  /** What all parts since the last call had. */
  gathered(): ColumnTexts {
    const gathered = this.texts.map((one, at) => ({ isFilled: this.isFilled[at] as boolean, texts: one.finish() }));
    this.startOver();
    return gathered;
  }

  private startOver(): void {
    this.texts = this.names.map((name) => (looseColumns.has(name) ? new PoolBuilder() : new Dictionary()));
    this.isFilled = this.names.map(() => false);
  }

  /** All blank. */
  start(rowCount: number): void {
    this.rowCount = rowCount;
    const ready = (columns: Int32Array[], value: number) =>
      columns.map((one) => (one.length < rowCount ? new Int32Array(rowCount) : one).fill(value));
    this.ids = ready(this.ids, blank);
    this.hashes = ready(this.hashes, 0);
  }

  /** Ids of texts to compare, by column, and hashes, by piece. */
  finish(): { ids: NumberColumns; hashes: NumberColumns } {
    const { rowCount } = this;
    const isUsed = (unused: number) => (column: Int32Array) =>
      column.subarray(0, rowCount).some((number) => number !== unused);
    const isFilled = this.ids.map(isUsed(blank));
    this.isFilled = this.isFilled.map((was, column) => was || (isFilled[column] as boolean));
    const isRead = isFilled.map((is, column) => is && (this.isText[column] as boolean));
    return {
      ids: oneByOne(this.ids, isRead, rowCount),
      hashes: oneByOne(this.hashes, this.hashes.map(isUsed(0)), rowCount),
    };
  }

  isBlank(column: number, row: number): boolean {
    return (this.ids[column] as Int32Array)[row] === blank;
  }

  /** Writes the numbers of a value, null where it is blank. */
  write({ column, hashCount }: Target, value: string | null, out: Int32Array, to: number): void {
    if (value === null) {
      out[to] = blank;
      out.fill(0, to + 1, to + 1 + hashCount);
      return;
    }
    out[to] = this.isText[column] ? (this.texts[column] as Dictionary | PoolBuilder).add(value) : unread;
    this.keys.writeHashes(column, value, out, to + 1);
  }

  /** Gives a row a value, by the numbers that were written, unless it has one. */
  fill({ column, hashStart, hashCount }: Target, row: number, numbers: Int32Array, from: number): void {
    const ids = this.ids[column] as Int32Array;
    if (numbers[from] === blank || ids[row] !== blank) return;
    ids[row] = numbers[from] as number;
    for (let at = 0; at < hashCount; at += 1)
      (this.hashes[hashStart + at] as Int32Array)[row] = numbers[from + 1 + at] as number;
  }

  /** Gives a row a value that is bytes, a letter each, unless it has one. */
  fillBytes(target: Target, row: number, bytes: Uint8Array, from: number, to: number): void {
    const { column } = target;
    if (!this.isBlank(column, row)) return;
    this.few[0] = this.isText[column]
      ? (this.texts[column] as Dictionary | PoolBuilder).addBytes(bytes, from, to)
      : unread;
    this.keys.writeHashesOf(column, bytes, from, to, this.few, 1);
    this.fill(target, row, this.few, 0);
  }

  /** Keys of rules that have many: row, rule, key, row, rule, key … */
  otherKeys(): Int32Array {
    const found: number[] = [];
    const places = new Map(this.names.map((name, at) => [name, at]));
    let row = 0;
    const textOf = (column: string) => {
      const at = places.get(column) as number;
      const id = (this.ids[at] as Int32Array)[row] as number;
      return id < 0 ? null : (this.texts[at] as Dictionary).textOf(id);
    };
    for (; row < this.rowCount; row += 1) this.keys.eachOther(textOf, (rule, key) => found.push(row, rule, key));
    return Int32Array.from(found);
  }
}

function oneByOne(columns: readonly Int32Array[], isWanted: readonly boolean[], rowCount: number): NumberColumns {
  let count = 0;
  const starts = Int32Array.from(isWanted, (is) => (is ? rowCount * count++ : -1));
  const numbers = new Int32Array(rowCount * count);
  for (const [at, column] of columns.entries()) if (isWanted[at]) numbers.set(column.subarray(0, rowCount), starts[at]);
  return { starts, numbers };
}
