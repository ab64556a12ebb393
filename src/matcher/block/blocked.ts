/** Records and the keys of the store into those whose pairs may have changed and the pairs worth comparing: what blocks.ts does for all. */
import { isRefinement, ruleOf } from './keys.ts';

/** Largest block of a rule that is compared whole, and largest one of its refined blocks. */
export type Caps = { cap: number; fineCap: number };

export type Keyed = { key: string; codes: readonly number[] };
/** A record's codes before and now; none where it was or is not there. */
export type MovedKeys = { key: string; before: readonly number[]; now: readonly number[] };

/** Looks up blocks, each answer in the place of its question. */
export type Store = {
  /** Keys of the members, `most` at most. */
  members(wanted: { code: number; most: number }[]): Promise<string[][]>;
  /** Members that have one of the refinements, once for each, or with all of theirs. */
  refined(wanted: { code: number; refinements: number[] }[]): Promise<Keyed[][]>;
};

type Block = {
  /** All of them where `isWhole`. */
  members: string[];
  isWhole: boolean;
  /** More than the cap: its refined blocks are compared instead. */
  isLarge: boolean;
  /** Members of its refined blocks, of those asked for. */
  refined: Map<number, string[]>;
};

export class Neighbourhood {
  private readonly caps: readonly Caps[];
  private readonly store: Store;
  private readonly blocks = new Map<number, Block>();

  constructor(caps: readonly Caps[], store: Store) {
    this.caps = caps;
    this.store = store;
  }

  /**
   * Records that did not move but may have won or lost partners, as a block they are in came to be compared, or no longer is.
   */
  async disturbedBy(moved: readonly MovedKeys[]): Promise<Set<string>> {
    const sides = moved.flatMap(({ before, now }) => [before, now]);
    await this.load(sides, moved.length);
    const holders = Map.groupBy(
      moved.flatMap((one) => [...new Set([...one.before, ...one.now])].map((code) => ({ code, one }))),
      ({ code }) => code,
    );
    const found = new Set<string>();
    const takeIfCrossed = (members: readonly string[], most: number, of: readonly MovedKeys[], ...codes: number[]) => {
      const count = (side: 'before' | 'now') =>
        of.filter((one) => codes.every((code) => one[side].includes(code))).length;
      const earlier = members.length - count('now') + count('before');
      if (earlier <= most === members.length <= most) return false;
      for (const member of members) found.add(member);
      return true;
    };
    for (const [code, block] of this.blocks) {
      const { cap, fineCap } = this.capsOf(code);
      const of = (holders.get(code) ?? []).map(({ one }) => one);
      if (block.isWhole && takeIfCrossed(block.members, cap, of, code)) continue;
      if (!block.isLarge) continue;
      for (const [refinement, members] of block.refined) takeIfCrossed(members, fineCap, of, code, refinement);
    }
    for (const { key } of moved) found.delete(key);
    return found;
  }

  /** By pair of keys, the lesser first, joined by a tab: the first rule that yields it. */
  async pairsOf(records: readonly Keyed[], isLess: (a: string, b: string) => boolean): Promise<Map<string, number>> {
    await this.load(
      records.map(({ codes }) => codes),
      0,
    );
    const pairs = new Map<string, number>();
    for (const { key, codes } of records) {
      const refinements = codes.filter(isRefinement);
      for (const code of codes) {
        if (isRefinement(code)) continue;
        const block = this.blocks.get(code) as Block;
        const { fineCap } = this.capsOf(code);
        const groups = block.isLarge
          ? refinements.map((one) => block.refined.get(one) ?? []).filter(({ length }) => length <= fineCap)
          : [block.members];
        for (const members of groups) {
          for (const other of members) {
            if (other === key) continue;
            const pair = isLess(key, other) ? `${key}\t${other}` : `${other}\t${key}`;
            pairs.set(pair, Math.min(pairs.get(pair) ?? Infinity, ruleOf(code)));
          }
        }
      }
    }
    return pairs;
  }

  /** Of the codes that were looked up: the rules whose block is so large that not all of its members were compared. */
  cutFor(codes: readonly number[]): number[] {
    const rules = codes.flatMap((code) =>
      !isRefinement(code) && this.blocks.get(code)?.isLarge ? [ruleOf(code)] : [],
    );
    return [...new Set(rules)];
  }

  private capsOf(code: number): Caps {
    return this.caps[ruleOf(code)] as Caps;
  }

  /**
   * Looks up what is not known yet of the blocks of some records.
   * @param slack members beyond the cap that are looked up as well
   */
  private async load(records: readonly (readonly number[])[], slack: number): Promise<void> {
    const asked = new Map<number, Set<number>>();
    for (const codes of records) {
      const refinements = codes.filter(isRefinement);
      for (const code of codes) {
        if (isRefinement(code)) continue;
        const all = asked.get(code) ?? new Set<number>();
        asked.set(code, all);
        for (const one of refinements) all.add(one);
      }
    }
    const unknown = [...asked.keys()]
      .filter((code) => !this.blocks.has(code))
      .map((code) => ({ code, most: this.capsOf(code).cap + slack + 1 }));
    for (const [at, members] of (await this.store.members(unknown)).entries()) {
      const { code, most } = unknown[at] as { code: number; most: number };
      const isLarge = members.length > this.capsOf(code).cap;
      this.blocks.set(code, { members, isWhole: members.length < most, isLarge, refined: new Map() });
    }
    const large = [...asked].flatMap(([code, all]) => {
      const { isLarge, refined } = this.blocks.get(code) as Block;
      const refinements = isLarge ? [...all].filter((one) => !refined.has(one)) : [];
      return refinements.length > 0 ? [{ code, refinements }] : [];
    });
    for (const [at, members] of (await this.store.refined(large)).entries()) {
      const { code, refinements } = large[at] as { code: number; refinements: number[] };
      const { refined } = this.blocks.get(code) as Block;
      for (const one of refinements) refined.set(one, []);
      const wanted = new Set(refinements);
      for (const { key, codes } of members)
        for (const one of codes) if (wanted.has(one)) (refined.get(one) as string[]).push(key);
    }
  }
}
