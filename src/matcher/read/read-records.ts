/** Standardised records as columns of numbers, out of the parts in which they were read. */
import { availableParallelism } from 'node:os';
import type { Keys, Refinements } from '../block/blocks.ts';
import { partRows } from './scan-csv.ts';
import type { MatchLayout } from '../definition.ts';
import { isKeyed, refinementsOf } from '../block/blocking.ts';
import { codeOf, RecordKeys, singleCode } from '../block/keys.ts';
import { mergeColumns } from './merge-texts.ts';
import { type Pool, textAt } from './pool.ts';
import { columnOf, type ColumnTexts } from './part-columns.ts';
import type { RecordPart } from './read-part.ts';
import { letGo, shared } from '../threads/memory.ts';
import { sketchWidth } from '../compare/sketch.ts';
import { columnNames } from './standard.ts';
import { blankRows, type TextTable } from '../compare/text-table.ts';

/** With fewer rows starting threads takes longer than they save. */
const threadsFrom = 20_000;
/** Each has texts of its own: more take more memory than they save time. */
const mostThreads = 8;
export const threadsFor = (rowCount: number): number =>
  rowCount < threadsFrom ? 0 : Math.min(mostThreads, availableParallelism());

/** Records by place: their number in the order of the kept cells. */
export class Records {
  readonly layout: MatchLayout;
  readonly recordCount: number;
  /** Standardised columns that have a value, and are not left out. */
  readonly filled: ReadonlySet<string>;
  readonly ruleCount: number;
  private parts: RecordPart[];
  private readonly by: number[];
  private gathered: ColumnTexts[];
  private readonly keys: RecordKeys;
  private split: Refinements | null = null;
  /** Row by place, and place by row. */
  private readonly rows: Uint32Array;
  private readonly places: Int32Array;

  constructor(layout: MatchLayout, recordCount: number, parts: RecordPart[], by: number[], gathered: ColumnTexts[]) {
    this.layout = layout;
    this.recordCount = recordCount;
    this.parts = parts;
    this.by = by;
    this.gathered = gathered;
    this.filled = new Set(columnNames(layout).filter((_, at) => gathered.some((one) => one[at]?.isFilled)));
    this.keys = new RecordKeys(layout);
    this.ruleCount = this.keys.rules.length;
    this.rows = this.inOrder();
    this.places = new Int32Array(recordCount);
    for (let place = 0; place < recordCount; place += 1) this.places[this.rows[place] as number] = place;
  }

  /** A column that says nothing of these records is as one that nobody filled. */
  leaveOut(column: string): void {
    (this.filled as Set<string>).delete(column);
  }

  /** What oversized blocks are split by. */
  get refinements(): Refinements {
    if (this.split) return this.split;
    const used = refinementsOf(this.layout).flatMap((pieces, at) =>
      pieces.every(({ of }) => this.filled.has(of)) ? [this.ruleCount + at] : [],
    );
    const width = used.length;
    const rows = shared(Int32Array, this.recordCount * width);
    for (const [at, refinement] of used.entries()) this.spreadKeys(refinement, rows, width, at);
    this.split = { rows, width };
    return this.split;
  }

  /** The key of each record under a rule, -1 for none; made anew each time. */
  keysByPlace(rule: number): Int32Array {
    const keys = new Int32Array(this.recordCount);
    this.spreadKeys(rule, keys, 1, 0);
    return keys;
  }

  /** The keys of a rule or refinement, those of the place n to `n * step + from`. */
  private spreadKeys(at: number, out: Int32Array, step: number, from: number): void {
    const found = new Int32Array(partRows);
    for (const [number, { rowCount, hashes }] of this.parts.entries()) {
      const own = rowCount <= partRows ? found.subarray(0, rowCount) : new Int32Array(rowCount);
      this.keys.writeColumn(at, (piece) => columnOf(hashes, piece, rowCount), own);
      const first = number * partRows;
      for (let row = 0; row < rowCount; row += 1)
        out[(this.places[first + row] as number) * step + from] = own[row] as number;
    }
  }

  /** A kept cell of a record. */
  kept(at: number, place: number): string {
    const row = this.rows[place] as number;
    return textAt(this.keptPool(at, row), row % partRows);
  }

  /** The row under the header, from 0. */
  rowOf(place: number): number {
    return this.rows[place] as number;
  }

  /** Nothing but white space. */
  isBlankKept(at: number, place: number): boolean {
    const [bytes, from, to] = this.keptCell(at, this.rows[place] as number);
    return to === from || ((bytes[from] as number) <= 32 && this.kept(at, place).trim() === '');
  }

  isSameKept(at: number, a: number, b: number): boolean {
    return this.compareCell(at, this.rows[a] as number, this.rows[b] as number) === 0;
  }

  /** The keys of a rule that has many. */
  otherKeys(rule: number): Keys {
    let length = 0;
    for (const { others } of this.parts)
      for (let at = 1; at < others.length; at += 3) if (others[at] === rule) length += 1;
    const found = { places: new Int32Array(length), keys: new Int32Array(length) };
    let to = 0;
    for (const [number, { others }] of this.parts.entries()) {
      for (let at = 0; at < others.length; at += 3) {
        if (others[at + 1] !== rule) continue;
        found.places[to] = this.places[number * partRows + (others[at] as number)] as number;
        found.keys[to++] = others[at + 2] as number;
      }
    }
    return inPlaces(found);
  }

  /** All codes of each record (keys.ts), place by place. @param wordKeys of a rule of rare words */
  *codes(wordKeys: (column: string) => Keys): Generator<number[]> {
    const { rules } = this.keys;
    const keys = rules.flatMap((rule, at) =>
      isKeyed(rule, this.filled) ? [{ at, column: this.keysByPlace(at) }] : [],
    );
    const { rows, width } = this.refinements;
    const lists = rules.flatMap(({ many, wordsOf, columns }, rule) => {
      if (!columns.every((column) => this.filled.has(column))) return [];
      const found = many ? this.otherKeys(rule) : wordsOf === undefined ? null : wordKeys(wordsOf);
      return found ? [{ rule, ...found, next: 0 }] : [];
    });
    for (let place = 0; place < this.recordCount; place += 1) {
      const codes = new Set<number>();
      for (const { at, column } of keys) {
        const key = column[place] as number;
        if (key >= 0) codes.add(codeOf(at, key));
      }
      for (let at = 0; at < width; at += 1) {
        const key = rows[place * width + at] as number;
        if (key >= 0) codes.add(singleCode(rules.length + at, key, rules.length));
      }
      for (const list of lists)
        for (; list.places[list.next] === place; list.next += 1)
          codes.add(codeOf(list.rule, list.keys[list.next] as number));
      yield [...codes];
    }
  }

  /** The columns as texts that comparisons ask. */
  async texts(names: readonly string[]): Promise<TextTable> {
    const own = columnNames(this.layout);
    const columns = names.map((name) => own.indexOf(name));
    const pools = columns.map((column) => this.gathered.map((one) => (one[column] as ColumnTexts[number]).texts));
    const merged = await mergeColumns(pools, threadsFor(this.recordCount));
    const textCounts = merged.map(({ texts }) => texts.starts.length - 1);
    const rows = blankRows(this.recordCount, textCounts, (length) => shared(Int32Array, length));
    for (const [number, part] of this.parts.entries()) {
      for (const [at, { texts, idsOf }] of merged.entries()) {
        const sketches = rows.isSketched[at] ? texts.sketches : null;
        const ids = idsOf[this.by[number] as number] as Int32Array;
        const found = columnOf(part.ids, columns[at] as number, part.rowCount);
        for (let local = 0; local < found.length; local += 1) {
          const id = found[local] as number;
          if (id < 0) continue;
          const place = this.places[number * partRows + local] as number;
          const [cell, text] = [place * rows.width + (rows.offsets[at] as number), ids[id] as number];
          rows.cells[cell] = text;
          if (sketches === null) continue;
          for (let i = 0; i < sketchWidth; i += 1)
            rows.cells[cell + 1 + i] = sketches[text * sketchWidth + i] as number;
        }
      }
      letGo(part.ids.numbers);
    }
    for (const { idsOf } of merged) letGo(...idsOf);
    return { names: [...names], columns: merged.map(({ texts }) => texts), rows };
  }

  /** What only `texts` and the keys are made of is let go. */
  release(): void {
    for (const { ids, hashes, others } of this.parts) letGo(ids.numbers, hashes.numbers, others);
    this.split = null;
  }

  private keptPool(at: number, row: number): Pool {
    return (this.parts[Math.floor(row / partRows)] as RecordPart).kept[at] as Pool;
  }

  private keptCell(at: number, row: number): [bytes: Uint8Array, from: number, to: number] {
    const { bytes, starts } = this.keptPool(at, row);
    const local = row % partRows;
    return [bytes, starts[local] as number, starts[local + 1] as number];
  }

  private compareCell(at: number, a: number, b: number): number {
    const [x, xFrom, xTo] = this.keptCell(at, a);
    const [y, yFrom, yTo] = this.keptCell(at, b);
    const length = Math.min(xTo - xFrom, yTo - yFrom);
    for (let i = 0; i < length; i += 1) {
      const difference = (x[xFrom + i] as number) - (y[yFrom + i] as number);
      if (difference !== 0) return difference;
    }
    return xTo - xFrom - (yTo - yFrom);
  }

  private inOrder(): Uint32Array {
    const count = this.parts[0]?.kept.length ?? 0;
    const compare = (a: number, b: number) => {
      for (let at = 0; at < count; at += 1) {
        const difference = this.compareCell(at, a, b);
        if (difference !== 0) return difference;
      }
      return a - b;
    };
    const rows = Uint32Array.from({ length: this.recordCount }, (_, row) => row);
    for (let row = 1; row < rows.length; row += 1) if (compare(row - 1, row) > 0) return rows.sort(compare);
    return rows;
  }
}

function inPlaces({ places, keys }: Keys): Keys {
  const order = Uint32Array.from(places, (_, at) => at).sort(
    (a, b) => (places[a] as number) - (places[b] as number) || (keys[a] as number) - (keys[b] as number),
  );
  return {
    places: Int32Array.from(order, (at) => places[at] as number),
    keys: Int32Array.from(order, (at) => keys[at] as number),
  };
}
