/** One standardised column as numbers: each distinct text once in a pool, each record the id of its text. */
import { textOfUnits } from './units.ts';
import { Letters, withinEdits } from './similarity.ts';
import {
  type Alike,
  alikeBy,
  kindOf,
  leastEdits,
  lengthOf,
  mayBeAlike,
  mayBeInOrder,
  mayBeSame,
  mayHold,
  maySameEnd,
  sameKinds,
  sketchWidth,
} from './sketch.ts';
import { blankRows, manyTexts, type TextColumn, type TextRows } from './text-table.ts';

/** A value is common when it is this many classes below the rarest: four records or more have it. */
const commonClasses = 2;
/** The rarity class from which on a column is so long that one misspelling may be there twice: it has 512 records. */
const showingSlips = 9;
const memoSize = 1 << 11;
/** Units that memory hands out together. */
const cacheLine = 32;

/** What can be asked of a column of a pair of records. Blank is never the same as, near or part of anything. */
export class Texts {
  readonly column: TextColumn;
  private readonly cells: Int32Array;
  private readonly width: number;
  private readonly at: number;
  private readonly sketches: Int32Array;
  private readonly hasOwnSketches: boolean;
  private readonly isRepetitive: boolean;
  private readonly mostRarity: number;
  private left = -1;
  private right = -1;
  private found = 0;
  private floor = alikeBy(1);
  private letters: Letters | null = null;
  private readonly strings: string[] = [];
  private readonly sortedTexts: string[] = [];
  // The last answers by slot: the few common values of a column meet again and again.
  private readonly memoLeft = new Int32Array(memoSize).fill(-1);
  private readonly memoRight = new Int32Array(memoSize);
  private readonly memoValue = new Float64Array(memoSize);

  /**
   * @param at which of the columns of the rows it is
   * @param mostRarity class of the rarest values
   */
  constructor(column: TextColumn, { cells, width, offsets, isSketched }: TextRows, at: number, mostRarity = 0) {
    this.column = column;
    this.cells = cells;
    this.width = width;
    this.at = offsets[at] as number;
    this.hasOwnSketches = isSketched[at] as boolean;
    this.sketches = this.hasOwnSketches ? cells : column.sketches;
    this.mostRarity = mostRarity;
    this.isRepetitive = column.starts.length - 1 <= manyTexts;
  }

  /** Some record has a text. */
  get isFilled(): boolean {
    return this.column.starts.length > 1;
  }

  /** Id of the text of a record, -1 where blank. */
  id(record: number): number {
    return this.cells[record * this.width + this.at] as number;
  }

  /** Where in `sketches` that of a record is, which has the text `id`. */
  private sketch(record: number, id: number): number {
    return this.hasOwnSketches ? record * this.width + this.at + 1 : id * sketchWidth;
  }

  /** Asked before the first pair: similarities below the lowest that is ever asked for need not be found. */
  willAskFor(least: number): void {
    if (least < this.floor.least) this.floor = alikeBy(least);
  }

  /** Jaro-Winkler of the texts of two records, 0 below what was asked for. */
  jaro(l: number, r: number): number {
    // Several levels ask it of one pair in turn.
    if (l === this.left && r === this.right) return this.found;
    const [a, b] = [this.id(l), this.id(r)];
    this.left = l;
    this.right = r;
    if (a < 0 || b < 0) this.found = 0;
    else if (a === b) this.found = 1;
    else if (!this.mayBeAlike(l, a, this, r, b, this.floor)) this.found = 0;
    else this.found = this.isRepetitive ? this.jaroAgain(a, b) : this.jaroOf(a, this, b, this.floor.least);
    return this.found;
  }

  /** Looks at the texts of many records one right after another, so that they arrive side by side. @returns nothing of use */
  fetch(records: Int32Array, count: number): number {
    const { units, starts } = this.column;
    let sum = 0;
    for (let at = 0; at < count; at += 1) sum ^= starts[this.anyId(records[at] as number)] as number;
    for (let at = 0; at < count; at += 1) {
      const from = starts[this.anyId(records[at] as number)] as number;
      sum ^= (units[from] as number) ^ (units[from + cacheLine] as number);
    }
    return sum;
  }

  private anyId(record: number): number {
    const id = this.id(record);
    return id < 0 ? 0 : id;
  }

  private mayBeAlike(l: number, a: number, other: Texts, r: number, b: number, floor: Alike): boolean {
    return mayBeAlike(this.sketches, this.sketch(l, a), other.sketches, other.sketch(r, b), floor);
  }

  private jaroAgain(a: number, b: number): number {
    const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 21;
    if (this.memoLeft[slot] !== a || this.memoRight[slot] !== b) {
      this.memoLeft[slot] = a;
      this.memoRight[slot] = b;
      this.memoValue[slot] = this.jaroOf(a, this, b, this.floor.least);
    }
    return this.memoValue[slot] as number;
  }

  /** Asked with one `a` for many `b` in turn: what is known of its letters stays. */
  private jaroOf(a: number, other: Texts, b: number, floor: number): number {
    const [x, y] = [this.column, other.column];
    this.letters ??= new Letters();
    this.letters.take(x.units, x.starts[a] as number, x.starts[a + 1] as number);
    return this.letters.jaroWinkler(y.units, y.starts[b] as number, y.starts[b + 1] as number, floor);
  }

  /** Jaro-Winkler of the text of `l` here and that of `r` in another column, 0 below `floor`. */
  jaroAcross(l: number, other: Texts, r: number, floor: Alike): number {
    const [a, b] = [this.id(l), other.id(r)];
    if (a < 0 || b < 0 || !this.mayBeAlike(l, a, other, r, b, floor)) return 0;
    return this.jaroOf(a, other, b, floor.least);
  }

  sameAcross(l: number, other: Texts, r: number): boolean {
    const [a, b] = [this.id(l), other.id(r)];
    if (a < 0 || b < 0) return false;
    if (!mayBeSame(this.sketches, this.sketch(l, a), other.sketches, other.sketch(r, b))) return false;
    const [x, y] = [this.column, other.column];
    const from = x.starts[a] as number;
    const length = (x.starts[a + 1] as number) - from;
    const start = y.starts[b] as number;
    if (length !== (y.starts[b + 1] as number) - start) return false;
    for (let at = 0; at < length; at += 1) if (x.units[from + at] !== y.units[start + at]) return false;
    return true;
  }

  withinEdits(l: number, r: number, most: number): boolean {
    return this.withinEditsAcross(l, this, r, most);
  }

  withinEditsAcross(l: number, other: Texts, r: number, most: number): boolean {
    const [a, b] = [this.id(l), other.id(r)];
    if (a < 0 || b < 0) return false;
    if (leastEdits(this.sketches, this.sketch(l, a), other.sketches, other.sketch(r, b)) > most) return false;
    const [x, y] = [this.column, other.column];
    return withinEdits(
      x.units,
      x.starts[a] as number,
      x.starts[a + 1] as number,
      y.units,
      y.starts[b] as number,
      y.starts[b + 1] as number,
      most,
    );
  }

  /** Whether the texts have the same letters, each as often, in whatever order. */
  sameInAnyOrder(l: number, r: number): boolean {
    const [a, b] = [this.id(l), this.id(r)];
    if (a < 0 || b < 0) return false;
    const mayBe = mayBeInOrder(this.sketches, this.sketch(l, a), this.sketches, this.sketch(r, b));
    return mayBe && this.sorted(a) === this.sorted(b);
  }

  private sorted(id: number): string {
    return (this.sortedTexts[id] ??= this.textOf(id).split('').sort().join(''));
  }

  /**
   * Whether both texts are values that several records have, each in its own right: a misspelling is rare. False where
   * rarity is not weighed.
   */
  areCommon(l: number, r: number): boolean {
    const { rarity } = this.column;
    const [a, b] = [this.id(l), this.id(r)];
    if (!rarity || a < 0 || b < 0) return false;
    return Math.max(rarity[a] as number, rarity[b] as number) <= this.mostRarity - commonClasses;
  }

  /** Whether each of the two is the text of another record too: of so few records a misspelling hardly ever comes twice. */
  areTwiceInFew(l: number, r: number): boolean {
    const { rarity } = this.column;
    const [a, b] = [this.id(l), this.id(r)];
    if (!rarity || a < 0 || b < 0 || this.mostRarity >= showingSlips) return false;
    return Math.max(rarity[a] as number, rarity[b] as number) < this.mostRarity;
  }

  /** Whether the texts are the same but for their spaces. */
  sameButSpaces(l: number, r: number): boolean {
    const [a, b] = [this.id(l), this.id(r)];
    if (a < 0 || b < 0) return false;
    if (!sameKinds(this.sketches, this.sketch(l, a), this.sketches, this.sketch(r, b))) return false;
    return this.text(l)?.replaceAll(' ', '') === this.text(r)?.replaceAll(' ', '');
  }

  /** False where the text has no such unit. */
  mayHold(record: number, unit: number): boolean {
    const id = this.id(record);
    return id >= 0 && ((this.sketches[this.sketch(record, id)] as number) & kindOf(unit)) !== 0;
  }

  /** Whether the text of a record holds that of it in another column; `mueller` holds `muller` too. */
  holds(record: number, other: Texts): boolean {
    const [a, b] = [this.id(record), other.id(record)];
    if (a < 0 || b < 0) return false;
    if (!mayHold(this.sketches, this.sketch(record, a), other.sketches, other.sketch(record, b))) return false;
    const [x, y] = [this.column, other.column];
    const end = x.starts[a + 1] as number;
    const [from, to] = [y.starts[b] as number, y.starts[b + 1] as number];
    for (let at = x.starts[a] as number; at + to - from <= end; at += 1) {
      if (startsWith(x.units, at, end, y.units, from, to)) return true;
    }
    return false;
  }

  /** Whether the text of `l` is, or has among its words, that of `r`. */
  holdsWords(l: number, r: number): boolean {
    const [a, b] = [this.id(l), this.id(r)];
    if (a < 0 || b < 0) return false;
    if (!mayHold(this.sketches, this.sketch(l, a), this.sketches, this.sketch(r, b))) return false;
    return ` ${this.textOf(a)} `.includes(` ${this.textOf(b)} `);
  }

  /** Length in UTF-16 units, 0 where blank. */
  length(record: number): number {
    const id = this.id(record);
    if (id < 0) return 0;
    const length = lengthOf(this.sketches, this.sketch(record, id));
    return length >= 0 ? length : (this.column.starts[id + 1] as number) - (this.column.starts[id] as number);
  }

  /** First unit, -1 where blank. */
  first(record: number): number {
    const id = this.id(record);
    return id < 0 ? -1 : (this.column.units[this.column.starts[id] as number] as number);
  }

  /** Whether the texts begin (or end) alike over the length of the shorter, and where they part there is `then` (any: -1). */
  contains(l: number, r: number, at: 'start' | 'end', then: number): boolean {
    const [a, b] = [this.id(l), this.id(r)];
    if (a < 0 || b < 0) return false;
    const { sketches } = this;
    const [x1, y1] = [this.sketch(l, a), this.sketch(r, b)];
    if (!mayHold(sketches, x1, sketches, y1) && !mayHold(sketches, y1, sketches, x1)) return false;
    const { units, starts } = this.column;
    const [aFrom, aTo, bFrom, bTo] = [starts[a], starts[a + 1], starts[b], starts[b + 1]] as number[] as [
      number,
      number,
      number,
      number,
    ];
    const [aLength, bLength] = [aTo - aFrom, bTo - bFrom];
    const shorter = aLength < bLength ? aLength : bLength;
    if (aLength === bLength && then >= 0) return false;
    const [x, y] = at === 'start' ? [aFrom, bFrom] : [aTo - shorter, bTo - shorter];
    for (let i = 0; i < shorter; i += 1) if (units[x + i] !== units[y + i]) return false;
    if (then < 0) return true;
    const longer = aLength > bLength ? x : y;
    return units[at === 'start' ? longer + shorter : longer - 1] === then;
  }

  /** Whether the last `count` units are the same; the left text must have as many. */
  sameEnd(l: number, r: number, count: number): boolean {
    const [a, b] = [this.id(l), this.id(r)];
    if (a < 0 || b < 0) return false;
    if (count >= 4 && !maySameEnd(this.sketches, this.sketch(l, a), this.sketches, this.sketch(r, b))) return false;
    if (this.length(l) < count || this.length(r) < count) return false;
    const { units, starts } = this.column;
    const [x, y] = [(starts[a + 1] as number) - count, (starts[b + 1] as number) - count];
    for (let i = 0; i < count; i += 1) if (units[x + i] !== units[y + i]) return false;
    return true;
  }

  /** The text of a record, null where blank. */
  text(record: number): string | null {
    const id = this.id(record);
    return id < 0 ? null : this.textOf(id);
  }

  textOf(id: number): string {
    const { units, starts } = this.column;
    return (this.strings[id] ??= textOfUnits(units, starts[id] as number, starts[id + 1] as number));
  }
}

/** A column without a text. */
export function blankTexts(recordCount: number): Texts {
  const column = { units: new Uint16Array(0), starts: new Int32Array(1), sketches: new Int32Array(0), rarity: null };
  return new Texts(
    column,
    blankRows(recordCount, [0], (length) => new Int32Array(length)),
    0,
  );
}

const [unitA, unitE, unitO, unitU] = [97, 101, 111, 117];

/** Whether `text` has `part` at `at`; an e behind a, o or u may be there more, as where the name has an umlaut. */
function startsWith(text: Uint16Array, at: number, end: number, part: Uint16Array, from: number, to: number): boolean {
  let next = at;
  for (let place = from; place < to; place += 1) {
    if (next < end && text[next] !== part[place] && text[next] === unitE) {
      const before = text[next - 1];
      if (next > at && (before === unitA || before === unitO || before === unitU)) next += 1;
    }
    if (next >= end || text[next] !== part[place]) return false;
    next += 1;
  }
  return true;
}
