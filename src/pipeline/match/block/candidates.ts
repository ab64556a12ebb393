/** The keys of records into blocks of records worth comparing, within a budget of pairs a rule. */
import type { Caps } from './blocked.ts';
import { BlockList, group, pairsIn, refine, type Blocks, type Grouped, type Keys } from './blocks.ts';
import { blockingRules, type BlockingRule } from './blocking.ts';
import type { Records } from '../read/read-records.ts';
import { letGo } from '../share/shared.ts';

/** What a rule made, and what it left out because a key was shared by too many. */
export type RuleCount = {
  rule: string;
  pairCount: number;
  /** Largest block compared whole. */
  cap: number;
  cappedKeyCount: number;
  /** Pairs within capped keys that no refinement brought together; another rule may still have. */
  notComparedPairCount: number;
};

/** Block sizes tried as cap, largest first: the first that keeps the rule within its budget of pairs is taken. */
const capSizes = [300, 150, 80, 50, 30, 20, 12, 8, 5];
/**
 * Pairs a rule may yield: some for every record, and enough for a small file to be compared generously. Rules that tell
 * little by themselves find mostly what others did: on 100,000 made people a third of the pairs holds all but one in a thousand
 * of the true ones.
 */
const budget = (recordCount: number, isTelling: boolean): number =>
  isTelling ? 0.5 * recordCount + 150_000 : 0.25 * recordCount + 30_000;

/** Of the blocks of `least` to `most` records. */
function pairsOfBlocks({ starts }: Grouped, least: number, most: number): { blockCount: number; pairCount: number } {
  let [blockCount, pairCount] = [0, 0];
  for (let block = 1; block < starts.length; block += 1) {
    const size = (starts[block] as number) - (starts[block - 1] as number);
    if (size < least || size > most) continue;
    blockCount += 1;
    pairCount += pairsIn(size);
  }
  return { blockCount, pairCount };
}

/** The largest cap whose blocks hold no more pairs than the budget. */
function capFor(groups: readonly Grouped[], most: number): number {
  const counts = new Float64Array((capSizes[0] as number) + 1);
  for (const { starts } of groups) {
    for (let block = 1; block < starts.length; block += 1) {
      const size = (starts[block] as number) - (starts[block - 1] as number);
      if (size < counts.length) counts[size] = (counts[size] as number) + 1;
    }
  }
  for (const cap of capSizes) {
    let pairs = 0;
    for (let size = 2; size <= cap; size += 1) pairs += (counts[size] as number) * pairsIn(size);
    if (pairs <= most) return cap;
  }
  return capSizes.at(-1) as number;
}

/**
 * `pairCount` of the counts is not known before the pairs are walked. All rules have caps; counts, by the rule's index, have those that can
 * yield pairs.
 * @param wordKeys of a rule of rare words
 */
export function findBlocks(
  records: Records,
  wordKeys: (column: string) => Keys,
): { rules: BlockingRule[]; counts: Map<number, RuleCount>; caps: Caps[]; blocks: Blocks } {
  const { recordCount } = records;
  const rules = blockingRules(records.layout);
  const counts = new Map<number, RuleCount>();
  const caps: Caps[] = [];
  const list = new BlockList();
  for (const [index, { name, many, wordsOf, columns, isTelling }] of rules.entries()) {
    const most = budget(recordCount, isTelling === true);
    if (!columns.every((column) => records.filled.has(column))) {
      caps.push({ cap: capSizes[0] as number, fineCap: capSizes[0] as number });
      continue;
    }
    const keys =
      wordsOf !== undefined ? wordKeys(wordsOf) : many ? records.otherKeys(index) : compact(records.keysByPlace(index));
    const grouped = group(keys);
    letGo(keys.places, keys.keys);
    const cap = capFor([grouped], most);
    list.take(index, grouped, cap);
    const large = pairsOfBlocks(grouped, cap + 1, Infinity);
    let [left, fineCap] = [large.pairCount, cap];
    if (large.blockCount > 0) {
      const fine = refine(grouped, cap, records.refinements);
      fineCap = capFor(fine, most);
      for (const one of fine) {
        list.take(index, one, fineCap);
        left -= pairsOfBlocks(one, 2, fineCap).pairCount;
        letGo(one.members, one.starts);
      }
    }
    letGo(grouped.members, grouped.starts);
    caps.push({ cap, fineCap });
    counts.set(index, {
      rule: name,
      pairCount: 0,
      cap,
      cappedKeyCount: large.blockCount,
      notComparedPairCount: Math.max(0, left),
    });
  }
  return { rules, counts, caps, blocks: list.finish(recordCount) };
}

/** The keys by place are let go of. */
function compact(byPlace: Int32Array): Keys {
  let length = 0;
  for (const key of byPlace) if (key >= 0) length += 1;
  const [places, keys] = [new Int32Array(length), new Int32Array(length)];
  let to = 0;
  for (let place = 0; place < byPlace.length; place += 1) {
    if ((byPlace[place] as number) < 0) continue;
    places[to] = place;
    keys[to++] = byPlace[place] as number;
  }
  letGo(byPlace);
  return { places, keys };
}
