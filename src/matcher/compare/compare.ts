/** Blocks of records into compared pairs: each pair's pattern, and how many pairs have each pattern. */
import { PairWalk, type Blocks } from '../block/blocks.ts';
import { comparisonsOf } from './comparisons.ts';
import { Columns } from './condition.ts';
import type { MatchLayout } from '../definition.ts';
import type { Rarity } from './frequency.ts';
import { bindComparisons, codeComparisons, PatternTable, type Coder } from './pattern.ts';
import type { TextRows, TextTable } from './text-table.ts';
import type { Texts } from './texts.ts';
import type { WordBits } from './words.ts';

/** Everything a comparison needs to know; the large parts lie on memory that threads share. */
export type CompareTask = {
  layout: MatchLayout;
  filled: ReadonlySet<string>;
  recordCount: number;
  texts: TextTable;
  rarities: ReadonlyMap<string, Rarity>;
  words: ReadonlyMap<string, WordBits>;
  blocks: Blocks;
};

/** Pairs of records, by place: `left` is the lower. */
export type ComparedPairs = { left: Int32Array; right: Int32Array; rule: Uint8Array; pattern: Int32Array };

/** Patterns as numbered by one comparer, how often it met each, and by rule the pairs it yields. */
export type PatternTally = Pick<PatternTable, 'codes' | 'counts' | 'size' | 'width'> & { ruleCounts: Float64Array };

/** Numbers that memory hands out together. */
const cacheLine = 16;

export class Comparer {
  private patterns: PatternTable;
  private readonly walk: PairWalk;
  private readonly code: Coder;
  private readonly codes: Uint8Array;
  private readonly rows: TextRows;
  private readonly fetchedTexts: Texts | null;
  /** Kept so that fetching is not optimised away. */
  protected fetched = 0;

  constructor({ layout, filled, recordCount, texts, rarities, words, blocks }: CompareTask) {
    const comparisons = codeComparisons(comparisonsOf(layout, filled), rarities, filled);
    const most = new Map([...rarities].map(([column, rarity]) => [column, rarity.most]));
    const columns = new Columns(recordCount, texts, words, most);
    this.code = bindComparisons(comparisons, columns, most);
    const fetched = comparisons.find(({ fetches }) => fetches !== undefined && filled.has(fetches))?.fetches;
    this.fetchedTexts = fetched === undefined ? null : columns.of(fetched);
    this.codes = new Uint8Array(comparisons.length);
    this.patterns = new PatternTable(comparisons.length);
    this.walk = new PairWalk(blocks);
    this.rows = texts.rows;
  }

  /** The pairs of which the lower place is in from..to-1. */
  compare(from: number, to: number): ComparedPairs {
    const list = new PairList();
    for (let l = from; l < to; l += 1) this.comparePartners(l, list);
    return list.finish();
  }

  private comparePartners(l: number, list: PairList): void {
    const { walk, codes, patterns } = this;
    const count = walk.find(l);
    const { partners, rules } = walk;
    this.fetch(count);
    for (let at = 0; at < count; at += 1) {
      const r = partners[at] as number;
      this.code(l, r, codes);
      list.add(l, r, rules[at] as number, patterns.add(codes));
    }
  }

  /** The patterns of all pairs since the last call. */
  tally(): PatternTally {
    const { codes, counts, size, width } = this.patterns;
    const ruleCounts = this.walk.ruleCounts.slice();
    this.walk.ruleCounts.fill(0);
    this.patterns = new PatternTable(width);
    // No more than was met: it may travel.
    return { codes: codes.slice(0, size * width), counts: counts.slice(0, size), size, width, ruleCounts };
  }

  /** Partners lie anywhere in memory: asked for one right after another their rows and texts arrive side by side. */
  private fetch(count: number): void {
    const { cells, width } = this.rows;
    const { partners } = this.walk;
    let sum = 0;
    for (let at = 0; at < count; at += 1) {
      const end = ((partners[at] as number) + 1) * width - 1;
      for (let cell = end - width + 1; cell < end; cell += cacheLine) sum ^= cells[cell] as number;
      sum ^= cells[end] as number;
    }
    this.fetched = sum ^ (this.fetchedTexts?.fetch(partners, count) ?? 0);
  }

  /** The codes of one pair; the array is used again for the next. */
  codesOf(l: number, r: number): Uint8Array {
    this.code(l, r, this.codes);
    return this.codes;
  }
}

class PairList {
  private length = 0;
  private left = new Int32Array(1 << 14);
  private right = new Int32Array(1 << 14);
  private rule = new Uint8Array(1 << 14);
  private pattern = new Int32Array(1 << 14);

  add(l: number, r: number, rule: number, pattern: number): void {
    const at = this.length++;
    if (at === this.left.length) this.grow();
    this.left[at] = l;
    this.right[at] = r;
    this.rule[at] = rule;
    this.pattern[at] = pattern;
  }

  private grow(): void {
    const wider = <T extends Int32Array | Uint8Array>(array: T, made: T): T => (made.set(array), made);
    const size = 2 * this.left.length;
    this.left = wider(this.left, new Int32Array(size));
    this.right = wider(this.right, new Int32Array(size));
    this.rule = wider(this.rule, new Uint8Array(size));
    this.pattern = wider(this.pattern, new Int32Array(size));
  }

  finish(): ComparedPairs {
    const { length } = this;
    return {
      left: this.left.slice(0, length),
      right: this.right.slice(0, length),
      rule: this.rule.slice(0, length),
      pattern: this.pattern.slice(0, length),
    };
  }
}
