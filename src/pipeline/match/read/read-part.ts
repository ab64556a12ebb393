/** Parts of a CSV into standardised records as numbers: ids of texts, keys, and the cells that are kept as they are. */
import { closeSync, openSync, readSync } from 'node:fs';
import { textColumns } from '../compare/comparison.ts';
import { ByteMemo } from './byte-memo.ts';
import { cellText, cellWidth, eachRow, isVerbatim, type RowCells } from './csv-rows.ts';
import type { Layout } from '../definition.ts';
import { Dictionary } from './dictionary.ts';
import { RecordKeys } from '../block/keys.ts';
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

/** Texts one after another as UTF-16; one more start than there are texts. */
export type Pool = { units: Uint16Array; starts: Int32Array };

export type Part = {
  rowCount: number;
  /** Row by row, a number a standardised column: the id of its text in the reader's dictionary, -1 where blank. */
  cells: Int32Array;
  /** Row by row, as RecordKeys.write has them. */
  keys: Int32Array;
  /** Keys of rules that have many: row, rule, key, row, rule, key … */
  others: Int32Array;
  kept: Pool[];
};

/** What a reader met in all its parts, by standardised column. */
export type Met = { isFilled: boolean; texts: Pool }[];

/** Of a column that is blank, and of one that is filled but has no texts to compare. */
const [blank, untold] = [-1, -2];

/** A field and what is known of its values: by column of it, the id, then the hashes. */
type KnownField = Field & { memo: ByteMemo; hashCounts: number[] };

/** Reads part after part; its dictionaries grow with them until asked for. */
export class PartReader {
  private dictionaries: Dictionary[] = [];
  private isFilled: boolean[] = [];
  private readonly isText: boolean[];
  private readonly task: ReadTask;
  private readonly keys: RecordKeys;
  private readonly fields: KnownField[];
  private readonly slots: number[][] = [];
  private readonly names: string[];
  private readonly mappedCount: number;
  /** Of the record at hand: by column its id, and its hashes. */
  private readonly ids: Int32Array;
  private readonly hashes: Int32Array;

  constructor(task: ReadTask) {
    this.task = task;
    this.keys = new RecordKeys(task.layout);
    const { hashStarts } = this.keys;
    this.fields = fieldsOf(task.layout).map((field) => {
      const hashCounts = field.columns.map((at) => (hashStarts[at + 1] as number) - (hashStarts[at] as number));
      const width = hashCounts.reduce((sum, count) => sum + count + 1, 0);
      return { ...field, hashCounts, memo: new ByteMemo(width) };
    });
    this.names = columnNames(task.layout);
    const texts = new Set(textColumns(task.layout, new Set(this.names)));
    this.isText = this.names.map((name) => texts.has(name));
    this.mappedCount = mappedNames(task.layout).length;
    for (const [slot, column] of task.columns.entries()) (this.slots[column] ??= []).push(slot);
    for (const [at, column] of task.kept.entries()) (this.slots[column] ??= []).push(this.mappedCount + at);
    this.ids = new Int32Array(this.names.length);
    this.hashes = new Int32Array(this.keys.hashCount);
    this.startOver();
  }

  /** What all parts since the last call met. */
  met(): Met {
    const met = this.dictionaries.map((one, at) => {
      const texts = poolOf(one);
      one.letGo();
      return { isFilled: this.isFilled[at] as boolean, texts };
    });
    this.startOver();
    return met;
  }

  private startOver(): void {
    this.dictionaries = this.isText.map(() => new Dictionary());
    this.isFilled = this.isText.map(() => false);
    for (const { memo } of this.fields) memo.clear();
  }

  read({ file, from, to }: PartRequest): Part {
    const { task, keys, ids } = this;
    const width = ids.length;
    const cells = new NumberList();
    const found = new NumberList();
    const others = new NumberList();
    const kept = task.kept.map(() => new PoolBuilder());
    const textOf = (column: string) => {
      const at = this.names.indexOf(column);
      const id = ids[at] as number;
      return id < 0 ? null : (this.dictionaries[at] as Dictionary).textOf(id);
    };
    let row = 0;
    const bytes = bytesOf(file, from, to);
    eachRow(bytes, task.delimiter, this.slots, this.mappedCount + kept.length, (raw) => {
      this.standardise(bytes, raw);
      const own = cells.room(width);
      for (let at = 0; at < width; at += 1) cells.items[own + at] = Math.max(blank, ids[at] as number);
      const place = found.room(keys.width);
      keys.write(this.hashes, found.items, place);
      keys.eachOther(textOf, (rule, key) => {
        const other = others.room(3);
        others.items[other] = row;
        others.items[other + 1] = rule;
        others.items[other + 2] = key;
      });
      for (let at = 0; at < kept.length; at += 1) {
        const cell = (this.mappedCount + at) * cellWidth;
        (kept[at] as PoolBuilder).add((raw[cell] as number) < 0 ? '' : cellText(bytes, raw, cell));
      }
      row += 1;
    });
    return {
      rowCount: row,
      cells: cells.finish(),
      keys: found.finish(),
      others: others.finish(),
      kept: kept.map((pool) => pool.finish()),
    };
  }

  /** A row into `ids` and `hashes`. */
  private standardise(bytes: Buffer, raw: RowCells): void {
    this.ids.fill(blank);
    this.hashes.fill(0);
    for (const field of this.fields) {
      const cell = field.from * cellWidth;
      if ((raw[cell] as number) < 0) continue;
      if (field.unless?.some((column) => this.ids[column] !== blank)) continue;
      this.fill(field, this.answer(field, bytes, raw, cell));
    }
  }

  /** Where in the field's memo the numbers of a cell are. */
  private answer(field: KnownField, bytes: Buffer, raw: RowCells, cell: number): number {
    const { memo, isRepeating } = field;
    const [from, to] = [raw[cell] as number, raw[cell + 1] as number];
    if (!isRepeating || !isVerbatim(raw[cell + 2] as number)) {
      this.find(field, bytes, raw, cell, memo.spare);
      return memo.spare;
    }
    const known = memo.find(bytes, from, to);
    if (known >= 0) return known;
    const at = memo.add(bytes, from, to);
    this.find(field, bytes, raw, cell, at);
    return at;
  }

  /** Writes the numbers of a cell into the field's memo. */
  private find(field: KnownField, bytes: Buffer, raw: RowCells, cell: number, at: number): void {
    const { numbers } = field.memo;
    const land = field.country === undefined ? -1 : field.country * cellWidth;
    const country = land < 0 || (raw[land] as number) < 0 ? null : cellText(bytes, raw, land);
    const found = field.of(cellText(bytes, raw, cell), country);
    let to = at;
    for (const [index, column] of field.columns.entries()) {
      // Empty is blank.
      const value = found?.[index] || null;
      const hashCount = field.hashCounts[index] as number;
      if (value === null) numbers.fill(0, to, to + 1 + hashCount);
      else this.keys.writeHashes(column, value, numbers, to + 1);
      numbers[to] = value === null ? blank : this.idOf(column, value);
      to += 1 + hashCount;
    }
  }

  private idOf(column: number, value: string): number {
    this.isFilled[column] = true;
    return this.isText[column] ? (this.dictionaries[column] as Dictionary).add(value) : untold;
  }

  /** The numbers of a cell into the columns that are still blank. */
  private fill({ memo, columns, hashCounts }: KnownField, from: number): void {
    const { numbers } = memo;
    const { hashStarts } = this.keys;
    for (let index = 0, at = from; index < columns.length; index += 1) {
      const column = columns[index] as number;
      const hashCount = hashCounts[index] as number;
      if (numbers[at] !== blank && this.ids[column] === blank) {
        this.ids[column] = numbers[at] as number;
        const start = hashStarts[column] as number;
        for (let hash = 0; hash < hashCount; hash += 1) this.hashes[start + hash] = numbers[at + 1 + hash] as number;
      }
      at += 1 + hashCount;
    }
  }
}

function poolOf({ units, starts, size }: Dictionary): Pool {
  return { units: units.slice(0, starts[size]), starts: starts.slice(0, size + 1) };
}

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
  items: Int32Array = new Int32Array(1 << 12);
  private length = 0;

  /** Where `count` more begin. */
  room(count: number): number {
    const from = this.length;
    this.length += count;
    if (this.length > this.items.length) {
      const wider = new Int32Array(Math.max(2 * this.items.length, this.length));
      wider.set(this.items);
      this.items = wider;
    }
    return from;
  }

  add(number: number): void {
    const at = this.room(1);
    this.items[at] = number;
  }

  finish(): Int32Array {
    return this.items.slice(0, this.length);
  }
}

class PoolBuilder {
  private units = new Uint16Array(1 << 12);
  private length = 0;
  private readonly starts = new NumberList();

  add(text: string): void {
    this.starts.add(this.length);
    if (this.length + text.length > this.units.length) {
      const wider = new Uint16Array(Math.max(2 * this.units.length, this.length + text.length));
      wider.set(this.units);
      this.units = wider;
    }
    for (let at = 0; at < text.length; at += 1) this.units[this.length++] = text.charCodeAt(at);
  }

  finish(): Pool {
    this.starts.add(this.length);
    return { units: this.units.slice(0, this.length), starts: this.starts.finish() };
  }
}
