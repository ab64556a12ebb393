/** Parts of a CSV into standardised records as numbers: ids of texts, hashes that keys are made of, and the cells that are kept as they are. */
import { closeSync, openSync, readSync } from 'node:fs';
import { RecordKeys } from '../block/keys.ts';
import { textColumns } from '../compare/comparison.ts';
import type { Layout } from '../definition.ts';
import { ByteMemo } from './byte-memo.ts';
import { CellTable, cellText, cellWidth, isPlain, isVerbatim } from './csv-rows.ts';
import { Dictionary } from './dictionary.ts';
import { type Pool, PoolBuilder } from './pool.ts';
import { columnNames, type Field, fieldsOf, mappedNames } from './standard.ts';

/** What is read of files. */
export type ReadTask = {
  delimiter: number;
  layout: Layout;
  /** By mapped column (`mappedNames`): its place in the file. */
  columns: readonly number[];
  /** Places in the file of cells kept as they are, such as ids. */
  kept: readonly number[];
};
/** Whole rows of a checked file. */
export type PartRequest = { file: string; from: number; to: number };

export type Part = {
  rowCount: number;
  /** By standardised column, row by row: number of its text among those the reader met, -1 where blank. None where no text was met. */
  ids: Int32Array[];
  /** By piece of the keys (keys.ts), row by row: its hash, 0 where blank. None where all are. */
  hashes: Int32Array[];
  /** Keys of rules that have many: row, rule, key, row, rule, key … */
  others: Int32Array;
  kept: Pool[];
};

/** What a reader met in all its parts, by standardised column; a text may be there more than once. */
export type Met = { isFilled: boolean; texts: Pool }[];

/** Of a column that is blank, and of one that is filled but has no texts to compare. */
const [blank, untold] = [-1, -2];

/** A column that a field fills: where the hashes of its pieces are, and their number. */
type Target = { column: number; hashStart: number; hashCount: number };
/** A field and what is known of its values: by target, the id, then the hashes. */
type KnownField = Field & { memo: ByteMemo; targets: Target[] };

/** Reads part after part; the texts it met grow with them until asked for. */
export class PartReader {
  private texts: (Dictionary | PoolBuilder)[] = [];
  private isFilled: boolean[] = [];
  private readonly isText: boolean[];
  /** Columns of which a text hardly ever comes again. */
  private readonly isLoose: boolean[];
  private readonly task: ReadTask;
  private readonly keys: RecordKeys;
  private readonly fields: KnownField[];
  private readonly table: CellTable;
  private readonly places: ReadonlyMap<string, number>;
  private readonly mappedCount: number;
  /** Of the part at hand, row by row: by column its ids, and by piece its hashes. */
  private ids: Int32Array[] = [];
  private hashes: Int32Array[] = [];

  constructor(task: ReadTask) {
    this.task = task;
    const { layout } = task;
    this.keys = new RecordKeys(layout);
    const { hashStarts } = this.keys;
    this.fields = fieldsOf(layout).map((field) => {
      const targets = field.columns.map((column): Target => {
        const hashStart = hashStarts[column] as number;
        return { column, hashStart, hashCount: (hashStarts[column + 1] as number) - hashStart };
      });
      const width = targets.reduce((sum, { hashCount }) => sum + hashCount + 1, 0);
      return { ...field, targets, memo: new ByteMemo(width) };
    });
    const names = columnNames(layout);
    this.places = new Map(names.map((name, at) => [name, at]));
    const texts = new Set(textColumns(layout, new Set(names)));
    this.isText = names.map((name) => texts.has(name));
    const repeating = new Set(this.fields.flatMap(({ isRepeating, columns }) => (isRepeating ? columns : [])));
    this.isLoose = names.map((_, column) => !repeating.has(column));
    this.mappedCount = mappedNames(layout).length;
    const slots: number[][] = [];
    for (const [slot, column] of [...task.columns, ...task.kept].entries()) (slots[column] ??= []).push(slot);
    this.table = new CellTable(task.delimiter, slots, this.mappedCount + task.kept.length);
    this.startOver();
  }

  /** What all parts since the last call met. */
  met(): Met {
    const met = this.texts.map((one, at) => ({ isFilled: this.isFilled[at] as boolean, texts: one.finish() }));
    this.startOver();
    return met;
  }

  private startOver(): void {
    this.texts = this.isLoose.map((isLoose) => (isLoose ? new PoolBuilder() : new Dictionary()));
    this.isFilled = this.isText.map(() => false);
    for (const { memo } of this.fields) memo.clear();
  }

  read({ file, from, to }: PartRequest): Part {
    const { table, keys } = this;
    const bytes = bytesOf(file, from, to);
    table.read(bytes);
    const { rowCount } = table;
    this.ids = this.isText.map(() => new Int32Array(rowCount).fill(blank));
    this.hashes = Array.from({ length: keys.hashCount }, () => new Int32Array(rowCount));
    // Field by field: what is known of the values of one stays in the cache.
    for (const field of this.fields) this.readField(field, bytes);
    return {
      rowCount,
      ids: this.ids.map((ids, column) => (this.isText[column] && isUsed(ids, blank) ? ids : new Int32Array(0))),
      hashes: this.hashes.map((hashes) => (isUsed(hashes, 0) ? hashes : new Int32Array(0))),
      others: this.otherKeys(rowCount),
      kept: this.task.kept.map((_, at) => this.keptCells(this.mappedCount + at, bytes)),
    };
  }

  private readField(field: KnownField, bytes: Buffer): void {
    const { cells, rowCount, width } = this.table;
    const { unless } = field;
    for (let row = 0, cell = field.from * cellWidth; row < rowCount; row += 1, cell += width) {
      if ((cells[cell] as number) < 0) continue;
      if (unless?.some((column) => (this.ids[column] as Int32Array)[row] !== blank)) continue;
      this.fill(field, this.answer(field, bytes, cell), row);
    }
  }

  /** Where in the field's memo the numbers of a cell are. */
  private answer(field: KnownField, bytes: Buffer, cell: number): number {
    const { memo, isRepeating } = field;
    const { cells } = this.table;
    const [from, to] = [cells[cell] as number, cells[cell + 1] as number];
    if (!isRepeating || !isVerbatim(cells[cell + 2] as number)) {
      this.find(field, bytes, cell, memo.spare);
      return memo.spare;
    }
    const known = memo.find(bytes, from, to);
    if (known >= 0) return known;
    const at = memo.add(bytes, from, to);
    this.find(field, bytes, cell, at);
    return at;
  }

  /** Writes the numbers of a cell into the field's memo. */
  private find({ memo, from, country, of, targets }: KnownField, bytes: Buffer, cell: number, at: number): void {
    const { numbers } = memo;
    const { cells } = this.table;
    const land = country === undefined ? null : this.text(bytes, cell + (country - from) * cellWidth);
    const found = of(cellText(bytes, cells, cell), land);
    let to = at;
    for (const [index, { column, hashCount }] of targets.entries()) {
      // Empty is blank.
      const value = found?.[index] || null;
      if (value === null) numbers.fill(0, to, to + 1 + hashCount);
      else this.keys.writeHashes(column, value, numbers, to + 1);
      numbers[to] = value === null ? blank : this.idOf(column, value);
      to += 1 + hashCount;
    }
  }

  private text(bytes: Buffer, cell: number): string | null {
    const { cells } = this.table;
    return (cells[cell] as number) < 0 ? null : cellText(bytes, cells, cell);
  }

  private idOf(column: number, value: string): number {
    this.isFilled[column] = true;
    return this.isText[column] ? (this.texts[column] as Dictionary | PoolBuilder).add(value) : untold;
  }

  /** The numbers of a cell into the columns of its row that are still blank. */
  private fill({ memo, targets }: KnownField, from: number, row: number): void {
    const { numbers } = memo;
    for (let index = 0, at = from; index < targets.length; index += 1) {
      const { column, hashStart, hashCount } = targets[index] as Target;
      const ids = this.ids[column] as Int32Array;
      if (numbers[at] !== blank && ids[row] === blank) {
        ids[row] = numbers[at] as number;
        for (let hash = 0; hash < hashCount; hash += 1)
          (this.hashes[hashStart + hash] as Int32Array)[row] = numbers[at + 1 + hash] as number;
      }
      at += 1 + hashCount;
    }
  }

  private otherKeys(rowCount: number): Int32Array {
    const others = new NumberList();
    let row = 0;
    const textOf = (column: string) => {
      const at = this.places.get(column) as number;
      const id = (this.ids[at] as Int32Array)[row] as number;
      return id < 0 ? null : (this.texts[at] as Dictionary).textOf(id);
    };
    for (; row < rowCount; row += 1) {
      this.keys.eachOther(textOf, (rule, key) => {
        others.add(row);
        others.add(rule);
        others.add(key);
      });
    }
    return others.finish();
  }

  private keptCells(at: number, bytes: Buffer): Pool {
    const { cells, rowCount, width } = this.table;
    const pool = new PoolBuilder();
    for (let row = 0, cell = at * cellWidth; row < rowCount; row += 1, cell += width) {
      if (isPlain(cells[cell + 2] as number)) pool.addBytes(bytes, cells[cell] as number, cells[cell + 1] as number);
      else pool.add(this.text(bytes, cell) ?? '');
    }
    return pool.finish();
  }
}

const isUsed = (numbers: Int32Array, unused: number): boolean => numbers.some((number) => number !== unused);

function bytesOf(file: string, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  const descriptor = openSync(file, 'r');
  try {
    for (let at = 0; at < bytes.length;) {
      const length = readSync(descriptor, bytes, at, bytes.length - at, from + at);
      if (length === 0) return bytes.subarray(0, at);
      at += length;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

class NumberList {
  private items: Int32Array = new Int32Array(1 << 8);
  private length = 0;

  add(number: number): void {
    if (this.length === this.items.length) {
      const wider = new Int32Array(2 * this.length);
      wider.set(this.items);
      this.items = wider;
    }
    this.items[this.length++] = number;
  }

  finish(): Int32Array {
    return this.items.slice(0, this.length);
  }
}
