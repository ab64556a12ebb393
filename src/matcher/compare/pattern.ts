/** The levels of all comparisons of a pair as codes, and the distinct combinations of codes, each with a number: its pattern. */
import type { Comparison, Gate, PlacedLevel } from './comparison.ts';
import type { Columns, Test } from './condition.ts';
import type { Rarity } from './frequency.ts';

/** One code of a comparison: its level and, where rarity counts, the rarity class. Code 0 is blank and has no slot. */
export type Slot = { level: PlacedLevel; index: number; rarity: number | null; gate?: Gate };
export type CodedComparison = Comparison & {
  /** slots[code - 1]; the gated ones follow the others, in the same order, gate by gate. */
  slots: Slot[];
  /** By level: its first code. */
  starts: number[];
  /** The gates that can shut. A code from `first` to `last` moves up by `offset` where it is shut. */
  openGates: { gate: Gate; first: number; last: number; offset: number }[];
};

/** Classes of the rarer-or-not of a half level: three bits wide, as one side may be misspelt. */
export const halfWidth = 3;

/** The rarity class from which on a column shows how common its values are: it has 256 of them. */
const showing = 8;

/** Bits that equal names may count for more where those that are equal by chance are known. */
const sifted = 6;

/** @param rarities by column; a level whose column has none is coded without rarity */
export function codeComparisons(
  comparisons: Comparison[],
  rarities: ReadonlyMap<string, Rarity>,
  filled: ReadonlySet<string>,
): CodedComparison[] {
  return comparisons.map((comparison) => {
    const slots: Slot[] = [];
    const starts: number[] = [];
    for (const [index, level] of comparison.levels.entries()) {
      starts.push(slots.length + 1);
      const rarity = level.rarity ? rarities.get(comparison.rare ?? '') : undefined;
      const most = !rarity ? 0 : level.rarity === 'full' ? rarity.most : Math.floor(rarity.most / halfWidth);
      for (let at = 0; at <= most; at += 1) slots.push({ level, index, rarity: rarity ? at : null });
    }
    const plain = [...slots];
    const openGates = comparison.gates
      .filter(({ reads, ofFew, only }) => {
        const rarity = rarities.get(reads);
        if (only && !(rarity && only(rarity))) return false;
        return filled.has(reads) && !(ofFew && (rarity?.most ?? 0) >= showing);
      })
      .map((gate) => {
        const gated = plain.filter(({ index }) => index >= gate.from && index <= gate.through);
        const first = starts[gate.from] as number;
        const offset = slots.length + 1 - first;
        slots.push(...gated.map((slot) => ({ ...slot, gate })));
        return { gate, first, last: first + gated.length - 1, offset };
      });
    // Of a list in which names are equal by chance all else is known to be chance: what is left tells more.
    const isSifted = rarities.get(comparison.rare ?? '')?.coincidence !== undefined;
    const [lowest, highest] = comparison.bounds;
    const bounds: [number, number] = [lowest, isSifted ? highest + sifted : highest];
    return { ...comparison, bounds, slots, starts, openGates };
  });
}

/** By comparison the code of each pattern, and how many pairs show the pattern. */
export type PatternCounts = { codes: Uint8Array[]; counts: Float64Array };

/** Writes the codes of a pair into `codes`, one a comparison. */
export type Coder = (l: number, r: number, codes: Uint8Array) => void;

/** @param mostRarities by column that is weighed by rarity: the class of a value not in its list */
export function bindComparisons(
  comparisons: CodedComparison[],
  columns: Columns,
  mostRarities: ReadonlyMap<string, number>,
): Coder {
  const coders = comparisons.map((comparison) => bindOne(comparison, columns, mostRarities));
  // Asked only where an answer can matter.
  const gates = comparisons.map(({ openGates }) =>
    openGates.map(({ gate, first, last, offset }) => ({ isShut: columns.once(gate.shut), first, last, offset })),
  );
  return (l, r, codes) => {
    for (let at = 0; at < coders.length; at += 1) {
      let code = (coders[at] as (l: number, r: number) => number)(l, r);
      for (const { isShut, first, last, offset } of gates[at] as (typeof gates)[number]) {
        if (code < first || code > last || !isShut(l, r)) continue;
        code += offset;
        break;
      }
      codes[at] = code;
    }
  };
}

function bindOne(
  { blank, find, levels, starts, rare, graded, slots }: CodedComparison,
  columns: Columns,
  mostRarities: ReadonlyMap<string, number>,
): (l: number, r: number) => number {
  const tests: Test[] = [];
  const codes: ((l: number, r: number) => number)[] = [];
  const byGrade: number[] = [];
  for (const [index, level] of levels.entries()) {
    const start = starts[index] as number;
    if (level.grade !== undefined) {
      byGrade[level.grade] = start;
      continue;
    }
    if (level.when) tests.push(columns.bind(level.when));
    const of = rare ?? '';
    const most = mostRarities.get(of);
    if (slots[start - 1]?.rarity === null || most === undefined) codes.push(() => start);
    else {
      const texts = columns.of(of);
      const classOf = (record: number) => texts.column.rarity?.[texts.id(record)] ?? most;
      const width = level.rarity === 'full' ? 1 : halfWidth;
      codes.push((l, r) => start + Math.floor(Math.min(classOf(l), classOf(r)) / width));
    }
  }
  if (find) {
    const found = find(columns);
    return (l, r) => {
      const at = found(l, r);
      return at < 0 ? 0 : (codes[at] as (l: number, r: number) => number)(l, r);
    };
  }
  const isBlank = blank ? columns.bind(blank) : () => false;
  const grades = graded === undefined ? null : columns.gradesOf(graded);
  return (l, r) => {
    if (isBlank(l, r)) return 0;
    for (let at = 0; at < tests.length; at += 1)
      if ((tests[at] as Test)(l, r)) return (codes[at] as (l: number, r: number) => number)(l, r);
    return grades ? (byGrade[grades.grade(l, r)] as number) : 0;
  };
}

/** Patterns met so far, numbered in the order they were met, and how many pairs have each. */
export class PatternTable {
  readonly width: number;
  size = 0;
  /** Codes of pattern p at p * width. */
  codes: Uint8Array;
  counts = new Float64Array(1024);
  private slots = new Int32Array(4096).fill(-1);

  constructor(width: number) {
    this.width = width;
    this.codes = new Uint8Array(1024 * width);
  }

  /** The number of the pattern with these codes, which is met `count` times more. */
  add(codes: Uint8Array, from = 0, count = 1): number {
    const { width } = this;
    let hash = 0;
    for (let at = 0; at < width; at += 1)
      hash = Math.imul(hash ^ (codes[from + at] as number), 0x9e3779b1) ^ (hash >>> 15);
    const mask = this.slots.length - 1;
    for (let slot = (hash ^ (hash >>> 16)) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot] as number;
      if (found < 0) {
        this.slots[slot] = this.size;
        return this.append(codes, from, count);
      }
      let at = 0;
      while (at < width && this.codes[found * width + at] === codes[from + at]) at += 1;
      if (at < width) continue;
      this.counts[found] = (this.counts[found] as number) + count;
      return found;
    }
  }

  private append(codes: Uint8Array, from: number, count: number): number {
    const { width, size } = this;
    if (size === this.counts.length) {
      const [all, counts] = [new Uint8Array(2 * size * width), new Float64Array(2 * size)];
      all.set(this.codes);
      counts.set(this.counts);
      [this.codes, this.counts] = [all, counts];
    }
    this.codes.set(codes.subarray(from, from + width), size * width);
    this.counts[size] = count;
    this.size += 1;
    if (this.size * 3 > this.slots.length) this.grow();
    return size;
  }

  private grow(): void {
    const { codes, counts, size, width } = this;
    this.slots = new Int32Array(this.slots.length * 4).fill(-1);
    this.size = 0;
    for (let at = 0; at < size; at += 1) this.add(codes, at * width, counts[at] as number);
  }
}

/** Numbers patterns by their codes, so that the order in which they were met does not show. */
export function inOrder(table: PatternTable): { codes: Uint8Array[]; counts: Float64Array; numberOf: Int32Array } {
  const { width, size } = table;
  const order = Uint32Array.from({ length: size }, (_, at) => at).sort((a, b) => {
    for (let at = width - 1; at >= 0; at -= 1) {
      const difference = (table.codes[a * width + at] as number) - (table.codes[b * width + at] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  const numberOf = new Int32Array(size);
  for (const [number, at] of order.entries()) numberOf[at] = number;
  return {
    codes: Array.from({ length: width }, (_, column) =>
      Uint8Array.from(order, (at) => table.codes[at * width + column] as number),
    ),
    counts: Float64Array.from(order, (at) => table.counts[at] as number),
    numberOf,
  };
}
