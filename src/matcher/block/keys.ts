/** What a record is found by, as numbers: a key a rule, further ones, and what an oversized block is split by. */
import { blockingRules, refinementsOf, type BlockingRule, type Piece, type Row, type ValueOf } from './blocking.ts';
import type { MatchLayout } from '../definition.ts';
import { columnNames } from '../read/standard.ts';

const width = 2 ** 32;
/** The codes of refinements start here: beyond those of any rule. */
const refinementFrom = 2 ** 40;

/** A key of a rule as one number, as the store keeps it; refinements are counted on after the rules. */
export const codeOf = (rule: number, key: number): number => rule * width + key;
export const singleCode = (at: number, key: number, ruleCount: number): number =>
  at < ruleCount ? codeOf(at, key) : refinementFrom + codeOf(at - ruleCount, key);
/** Index of the rule a code is of. */
export const ruleOf = (code: number): number => Math.floor(code / width);
export const isRefinement = (code: number): boolean => code >= refinementFrom;

const seed = 0x811c9dc5;
const grain = (sum: number, unit: number): number => Math.imul(sum ^ unit, 0x01000193);
const ending = 0x20;
/** 31 bits: a pair that meets by chance is compared and found to differ. */
function settled(sum: number): number {
  let hash = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0x7fffffff;
}
export const hashOf = (text: string): number => settled(pieceOf(text, 0, text.length));
/** Of one piece more. */
const joined = (hash: number, other: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ other;

/** What no piece hashes to. */
const none = 0;

function pieceOf(text: string, from: number, to: number): number {
  let sum = seed;
  for (let at = from; at < to; at += 1) sum = grain(sum, text.charCodeAt(at));
  return grain(sum, ending);
}

/** As pieceOf, of a text that is bytes, a letter each. */
function pieceOfBytes(bytes: Uint8Array, from: number, to: number): number {
  let sum = seed;
  for (let at = from; at < to; at += 1) sum = grain(sum, bytes[at] as number);
  return grain(sum, ending);
}
const nobody = new Int32Array(0);

/** A key out of the hashes of one or two pieces, by where they are in those of a record; -1 where there is no second. */
type Single = { one: number; two: number; needsBoth: boolean };

/** The keys of a layout's records. Numbers, not texts: the same in every process and version. */
export class RecordKeys {
  readonly rules: BlockingRule[];
  /** Numbers of `write`: one a rule, then one a refinement. */
  readonly width: number;
  /** Hashes of a record: of all pieces that rules take, column by column. */
  readonly hashCount: number;
  /** By column: where its hashes start; one more than there are columns. */
  readonly hashStarts: number[] = [];
  private readonly pieces: Piece[][];
  private readonly singles: (Single | null)[];
  private readonly several: { rule: number; many: (of: ValueOf) => string[] }[];
  private readonly places: ReadonlyMap<string, number>;

  constructor(layout: MatchLayout) {
    this.rules = blockingRules(layout);
    const columns = columnNames(layout);
    this.places = new Map(columns.map((name, at) => [name, at]));
    const refinements = refinementsOf(layout);
    const taken = new Set([...this.rules.flatMap(({ pieces }) => pieces ?? []), ...refinements.flat()]);
    this.pieces = columns.map((name) => [...taken].filter(({ of }) => of === name));
    this.hashCount = 0;
    for (const { length } of this.pieces) {
      this.hashStarts.push(this.hashCount);
      this.hashCount += length;
    }
    this.hashStarts.push(this.hashCount);
    const order = this.pieces.flat();
    const bind = ([one, two]: Piece[], isUnordered: boolean): Single => ({
      one: order.indexOf(one as Piece),
      two: two === undefined ? -1 : order.indexOf(two),
      needsBoth: two !== undefined && !isUnordered,
    });
    this.singles = [
      ...this.rules.map(({ pieces, isUnordered }) => (pieces ? bind(pieces, isUnordered === true) : null)),
      ...refinements.map((pieces) => bind(pieces, true)),
    ];
    this.several = this.rules.flatMap(({ many }, rule) => (many ? [{ rule, many }] : []));
    this.width = this.singles.length;
  }

  valueOf(row: Row, column: string): string | null {
    return row[this.places.get(column) as number] ?? null;
  }

  /** Writes the hashes of a column's value from `to` on; there is one a piece. */
  writeHashes(column: number, value: string, out: Int32Array, to: number): void {
    const pieces = this.pieces[column] as Piece[];
    for (let at = 0; at < pieces.length; at += 1) {
      const piece = pieces[at] as Piece;
      const [start, end] = [piece.from(value.length), piece.to(value.length)];
      out[to + at] = start === end ? none : pieceOf(value, start, end) || 1;
    }
  }

  /** As writeHashes, of a text that is bytes, a letter each. */
  writeHashesOf(column: number, bytes: Uint8Array, from: number, end: number, out: Int32Array, to: number): void {
    const pieces = this.pieces[column] as Piece[];
    for (let at = 0; at < pieces.length; at += 1) {
      const piece = pieces[at] as Piece;
      const [first, last] = [from + piece.from(end - from), from + piece.to(end - from)];
      out[to + at] = first === last ? none : pieceOfBytes(bytes, first, last) || 1;
    }
  }

  /**
   * One key a rule and a refinement, -1 for none; of rules with many keys and of rare words always none.
   * @param hashes of the record, 0 where a column is blank
   */
  write(hashes: Int32Array, out: Int32Array): void {
    for (const [at, single] of this.singles.entries()) {
      if (single === null) out[at] = -1;
      else {
        const [a, b] = [hashes[single.one] as number, single.two < 0 ? none : (hashes[single.two] as number)];
        out[at] = single.needsBoth ? keyOf(a, b) : keyOfAny(a, b);
      }
    }
  }

  /**
   * What `write` has at one place, for many records.
   * @param hashesOf a piece, record by record; empty where all are blank
   */
  writeColumn(at: number, hashesOf: (piece: number) => Int32Array, out: Int32Array): void {
    const single = this.singles[at] ?? null;
    const ones = single && hashesOf(single.one);
    const twos = single && single.two >= 0 ? hashesOf(single.two) : nobody;
    if (single === null || ones === null) out.fill(-1);
    else if (single.needsBoth) {
      if (ones.length === 0 || twos.length === 0) out.fill(-1);
      else for (let i = 0; i < out.length; i += 1) out[i] = keyOf(ones[i] as number, twos[i] as number);
    } else for (let i = 0; i < out.length; i += 1) out[i] = keyOfAny(ones[i] ?? none, twos[i] ?? none);
  }

  /** Keys of the rules that have many. */
  eachOther(of: ValueOf, take: (rule: number, key: number) => void): void {
    for (const { rule, many } of this.several) for (const text of many(of)) take(rule, hashOf(text));
  }
}

/** Of both pieces. */
const keyOf = (one: number, two: number): number => (one === none || two === none ? -1 : settled(joined(one, two)));

/** Of the pieces that are there, one or two, in either order. */
function keyOfAny(one: number, two: number): number {
  if (one === none || two === none) return one === two ? -1 : settled(one | two);
  return settled(one < two ? joined(one, two) : joined(two, one));
}

/** All codes of a record. @param wordsOf the rare words of a column's value */
export function codesOf(keys: RecordKeys, row: Row, wordsOf: (column: string, value: string) => string[]): number[] {
  const hashes = new Int32Array(keys.hashCount);
  for (const [column, value] of row.entries())
    if (value !== null) keys.writeHashes(column, value, hashes, keys.hashStarts[column] as number);
  const singles = new Int32Array(keys.width);
  keys.write(hashes, singles);
  const codes = new Set<number>();
  const { length } = keys.rules;
  for (const [at, key] of singles.entries()) if (key >= 0) codes.add(singleCode(at, key, length));
  keys.eachOther(
    (column) => keys.valueOf(row, column),
    (rule, key) => codes.add(codeOf(rule, key)),
  );
  for (const [rule, { wordsOf: column }] of keys.rules.entries()) {
    const value = column === undefined ? null : keys.valueOf(row, column);
    if (column !== undefined && value !== null)
      for (const word of wordsOf(column, value)) codes.add(codeOf(rule, hashOf(word)));
  }
  return [...codes];
}
