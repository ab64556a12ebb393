/** What a record is found by, as numbers: a key a rule, further ones, and what an oversized block is split by. */
import { blockingRules, refinementsOf, type BlockingRule, type Piece, type Row, type ValueOf } from './blocking.ts';
import type { Layout } from './definition.ts';
import { columnNames } from './standard.ts';

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
const grain = (hash: number, text: string): number => {
  let sum = hash;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return Math.imul(sum ^ 0x20, 0x01000193);
};
/** 31 bits: a pair that meets by chance is compared and found to differ. */
function settled(sum: number): number {
  let hash = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0x7fffffff;
}
export const hashOf = (text: string): number => settled(grain(seed, text));

type Taken = { place: number; take: Piece['take'] };
type Single = { pieces: Taken[] } | { text: (of: ValueOf) => string | null };

/** The keys of a layout's records. Numbers, not texts: the same in every process and version. */
export class RecordKeys {
  readonly rules: BlockingRule[];
  /** Of `write`: one number a rule, then one a refinement. */
  readonly width: number;
  private readonly singles: (Single | null)[];
  private readonly several: { rule: number; many: (of: ValueOf) => string[] }[];
  private readonly places: ReadonlyMap<string, number>;
  private row: Row = [];

  constructor(layout: Layout) {
    this.rules = blockingRules(layout);
    this.places = new Map(columnNames(layout).map((name, at) => [name, at]));
    const refinements = refinementsOf(layout).map((one) =>
      this.bind(typeof one === 'function' ? { text: one } : { pieces: [one] }),
    );
    this.singles = [...this.rules.map((rule) => this.bind(rule)), ...refinements];
    this.several = this.rules.flatMap(({ many }, rule) => (many ? [{ rule, many }] : []));
    this.width = this.singles.length;
  }

  private bind({ pieces, text }: Pick<BlockingRule, 'pieces' | 'text'>): Single | null {
    if (text) return { text };
    return pieces ? { pieces: pieces.map(({ of, take }) => ({ place: this.places.get(of) as number, take })) } : null;
  }

  private readonly of: ValueOf = (column) => this.row[this.places.get(column) as number] ?? null;

  valueOf(row: Row, column: string): string | null {
    return row[this.places.get(column) as number] ?? null;
  }

  /** One key a rule and a refinement, -1 for none; of rules with many keys and of rare words always none. */
  write(row: Row, out: Int32Array, from: number): void {
    this.row = row;
    for (let at = 0; at < this.width; at += 1) out[from + at] = this.keyOf(this.singles[at] as Single | null, row);
  }

  private keyOf(single: Single | null, row: Row): number {
    if (single === null) return -1;
    if ('text' in single) {
      const text = single.text(this.of);
      return text === null ? -1 : hashOf(text);
    }
    let sum = seed;
    for (const { place, take } of single.pieces) {
      const value = row[place] as string | null;
      const piece = value === null ? '' : take(value);
      if (piece === '') return -1;
      sum = grain(sum, piece);
    }
    return settled(sum);
  }

  /** Keys of the rules that have many. */
  eachOther(row: Row, take: (rule: number, key: number) => void): void {
    this.row = row;
    for (const { rule, many } of this.several) for (const text of many(this.of)) take(rule, hashOf(text));
  }
}

/** All codes of a record. @param wordsOf the rare words of a column's value */
export function codesOf(keys: RecordKeys, row: Row, wordsOf: (column: string, value: string) => string[]): number[] {
  const singles = new Int32Array(keys.width);
  keys.write(row, singles, 0);
  const codes = new Set<number>();
  const { length } = keys.rules;
  for (const [at, key] of singles.entries()) if (key >= 0) codes.add(singleCode(at, key, length));
  keys.eachOther(row, (rule, key) => codes.add(codeOf(rule, key)));
  for (const [rule, { wordsOf: column }] of keys.rules.entries()) {
    const value = column === undefined ? null : keys.valueOf(row, column);
    if (column !== undefined && value !== null)
      for (const word of wordsOf(column, value)) codes.add(codeOf(rule, hashOf(word)));
  }
  return [...codes];
}
