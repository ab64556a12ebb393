/** Parts of a CSV into standardised records as numbers: ids of texts, hashes that keys are made of, and the cells that are kept as they are. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { MatchLayout } from '../definition.ts';
import { ByteMemo } from './byte-memo.ts';
import { CellTable, cellText, cellWidth, isPlain, isVerbatim } from './csv-rows.ts';
import { type NumberColumns, type ColumnTexts, PartColumns, type Target } from './part-columns.ts';
import { PlainEmails, PlainPhones } from './plain-cells.ts';
import { type Pool, PoolBuilder } from './pool.ts';
import { type MappedField, fieldsOf, mappedNames } from './standard.ts';

/** What is read of files. */
export type ReadTask = {
  delimiter: number;
  layout: MatchLayout;
  /** By mapped column (`mappedNames`): its place in the file. */
  columns: readonly number[];
  /** Places in the file of cells kept as they are, such as ids. */
  kept: readonly number[];
};
/** Whole rows of a checked file. */
export type PartRequest = { file: string; from: number; to: number };

export type RecordPart = {
  rowCount: number;
  /** By standardised column: the number of each row's text among those the reader gathered, -1 where blank. None of texts that are not compared. */
  ids: NumberColumns;
  /** By piece of the keys (keys.ts): each row's hash, 0 where blank. */
  hashes: NumberColumns;
  /** Keys of rules that have many: row, rule, key, row, rule, key … */
  others: Int32Array;
  kept: Pool[];
};

/** A field and what is known of its values: the numbers of its columns, one column after another. */
type KnownField = MappedField & { memo: ByteMemo; targets: Target[] };

/** Reads part after part; the texts it gathers grow with them until asked for. */
export class PartReader {
  private readonly task: ReadTask;
  private readonly columns: PartColumns;
  private readonly fields: KnownField[];
  private readonly emails: PlainEmails;
  private readonly phones: PlainPhones;
  private readonly table: CellTable;
  private readonly mappedCount: number;
  /** For the bytes of a part. */
  private room = Buffer.alloc(0);

  constructor(task: ReadTask) {
    this.task = task;
    const { layout } = task;
    this.columns = new PartColumns(layout);
    this.fields = fieldsOf(layout).map((field) => {
      const targets = field.columns.map((column) => this.columns.target(column));
      const width = targets.reduce((sum, { hashCount }) => sum + 1 + hashCount, 0);
      return { ...field, targets, memo: new ByteMemo(width) };
    });
    this.emails = new PlainEmails(this.columns);
    this.phones = new PlainPhones(this.columns);
    this.mappedCount = mappedNames(layout).length;
    const slots: number[][] = [];
    for (const [slot, column] of [...task.columns, ...task.kept].entries()) (slots[column] ??= []).push(slot);
    this.table = new CellTable(task.delimiter, slots, this.mappedCount + task.kept.length);
  }

  /** What all parts since the last call had. */
  gathered(): ColumnTexts {
    for (const { memo } of this.fields) memo.clear();
    this.emails.startOver();
    return this.columns.gathered();
  }

  read(request: PartRequest): RecordPart {
    const { table, columns } = this;
    const bytes = this.bytesOf(request);
    table.read(bytes);
    const { rowCount } = table;
    columns.start(rowCount);
    // MappedField by field: what is known of the values of one stays in the cache.
    for (const field of this.fields) this.readField(field, bytes);
    return {
      rowCount,
      ...columns.finish(),
      others: columns.otherKeys(),
      kept: this.task.kept.map((_, at) => this.keptCells(this.mappedCount + at, bytes)),
    };
  }

  private bytesOf({ file, from, to }: PartRequest): Buffer {
    if (this.room.length < to - from) this.room = Buffer.allocUnsafeSlow(to - from);
    const descriptor = openSync(file, 'r');
    try {
      let length = 0;
      for (let more = 1; more > 0 && from + length < to; length += more)
        more = readSync(descriptor, this.room, length, to - from - length, from + length);
      return this.room.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  }

  private readField(field: KnownField, bytes: Buffer): void {
    const { columns } = this;
    const { cells, rowCount, width } = this.table;
    const { unless, memo, targets } = field;
    for (let row = 0, cell = field.from * cellWidth; row < rowCount; row += 1, cell += width) {
      if ((cells[cell] as number) < 0) continue;
      if (unless?.some((column) => !columns.isBlank(column, row))) continue;
      if (field.plain !== undefined && this.readPlain(field, bytes, row, cell)) continue;
      let from = this.answer(field, bytes, cell);
      for (let at = 0; at < targets.length; at += 1) {
        const target = targets[at] as Target;
        columns.fill(target, row, memo.numbers, from);
        from += 1 + target.hashCount;
      }
    }
  }

  /** @returns whether the cell is plain: then its row has it */
  private readPlain({ plain, from, beside }: KnownField, bytes: Buffer, row: number, cell: number): boolean {
    const { cells } = this.table;
    if (!isPlain(cells[cell + 2] as number)) return false;
    const [start, end] = [cells[cell] as number, cells[cell + 1] as number];
    if (plain === 'email') return this.emails.fill(row, bytes, start, end);
    const other = beside === undefined ? cell : cell + (beside - from) * cellWidth;
    if (beside === undefined || (cells[other] as number) < 0) return this.phones.fill(row, bytes, start, end, 0, 0);
    if (!isPlain(cells[other + 2] as number)) return false;
    return this.phones.fill(row, bytes, start, end, cells[other] as number, cells[other + 1] as number);
  }

  /** Where in the field's memo the numbers of a cell are. */
  private answer(field: KnownField, bytes: Buffer, cell: number): number {
    const { memo, isRepeating } = field;
    const { cells } = this.table;
    const [from, to] = [cells[cell] as number, cells[cell + 1] as number];
    if (!isRepeating || !isVerbatim(cells[cell + 2] as number)) {
      this.standardise(field, bytes, cell, memo.spare);
      return memo.spare;
    }
    const known = memo.find(bytes, from, to);
    if (known >= 0) return known;
    const at = memo.add(bytes, from, to);
    this.standardise(field, bytes, cell, at);
    return at;
  }

  /** Writes the numbers of a cell into the field's memo. */
  private standardise({ memo, from, beside, of, targets }: KnownField, bytes: Buffer, cell: number, to: number): void {
    const { cells } = this.table;
    const other = beside === undefined ? null : this.text(bytes, cell + (beside - from) * cellWidth);
    const found = of(cellText(bytes, cells, cell), other);
    let at = to;
    for (const [index, target] of targets.entries()) {
      // Empty is blank.
      this.columns.write(target, found?.[index] || null, memo.numbers, at);
      at += 1 + target.hashCount;
    }
  }

  private text(bytes: Buffer, cell: number): string | null {
    const { cells } = this.table;
    return (cells[cell] as number) < 0 ? null : cellText(bytes, cells, cell);
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
