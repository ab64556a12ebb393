/** Parts of a CSV into standardised records as numbers: ids of texts, keys, and the cells that are kept as they are. */
import { closeSync, openSync, readSync } from 'node:fs';
import { textColumns } from './comparison.ts';
import { eachRow } from './csv-rows.ts';
import type { Layout } from './definition.ts';
import { Dictionary } from './dictionary.ts';
import { RecordKeys } from './keys.ts';
import { columnNames, mappedNames, standardiser } from './standard.ts';

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

/** Reads part after part; its dictionaries grow with them until asked for. */
export class PartReader {
  private dictionaries: Dictionary[] = [];
  private isFilled: boolean[] = [];
  private readonly isText: boolean[];
  private readonly task: ReadTask;
  private readonly keys: RecordKeys;
  private readonly standardise: ReturnType<typeof standardiser>;
  private readonly slots: number[][] = [];

  constructor(task: ReadTask) {
    this.task = task;
    this.keys = new RecordKeys(task.layout);
    this.standardise = standardiser(task.layout);
    const names = columnNames(task.layout);
    const texts = new Set(textColumns(task.layout, new Set(names)));
    this.isText = names.map((name) => texts.has(name));
    const width = mappedNames(task.layout).length;
    for (const [slot, column] of task.columns.entries()) (this.slots[column] ??= []).push(slot);
    for (const [at, column] of task.kept.entries()) (this.slots[column] ??= []).push(width + at);
    this.startOver();
  }

  /** What all parts since the last call met. */
  met(): Met {
    const met = this.dictionaries.map((one, at) => ({ isFilled: this.isFilled[at] as boolean, texts: poolOf(one) }));
    this.startOver();
    return met;
  }

  private startOver(): void {
    this.dictionaries = this.isText.map(() => new Dictionary());
    this.isFilled = this.isText.map(() => false);
  }

  read({ file, from, to }: PartRequest): Part {
    const { task, keys, dictionaries } = this;
    const mapped = task.columns.length;
    const width = dictionaries.length;
    const cells = new NumberList();
    const found = new NumberList();
    const others = new NumberList();
    const kept = task.kept.map(() => new PoolBuilder());
    let row = 0;
    const bytes = bytesOf(file, from, to);
    eachRow(bytes, task.delimiter, this.slots, mapped + task.kept.length, (raw) => {
      const values = this.standardise(raw);
      const own = cells.room(width);
      for (let at = 0; at < width; at += 1) {
        const value = values[at] as string | null;
        if (value !== null) this.isFilled[at] = true;
        cells.items[own + at] = value === null || !this.isText[at] ? -1 : (dictionaries[at] as Dictionary).add(value);
      }
      const place = found.room(keys.width);
      keys.write(values, found.items, place);
      keys.eachOther(values, (rule, key) => {
        const other = others.room(3);
        others.items[other] = row;
        others.items[other + 1] = rule;
        others.items[other + 2] = key;
      });
      for (let at = 0; at < kept.length; at += 1) (kept[at] as PoolBuilder).add(raw[mapped + at] ?? '');
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
