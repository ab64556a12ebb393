/** The keys of records into blocks of records worth comparing, rule by rule, by threads where there are many. */
import { availableParallelism } from 'node:os';
import type { Records } from '../read/read-records.ts';
import { letGo } from '../threads/memory.ts';
import { workOff } from '../threads/work-off.ts';
import type { Caps } from './blocked.ts';
import { BlockList, type Blocks, type Keys } from './blocks.ts';
import { blockingRules, type BlockingRule, isInUse } from './blocking.ts';
import { blocksOf, type BlockTask, largestCap, type RuleBlocks, type RuleKeys } from './rule-blocks.ts';

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

/**
 * Pairs a rule may yield: some for every record, and enough for a small file to be compared generously. Rules that tell
 * little by themselves find mostly what others did: on 100,000 made people a third of the pairs holds all but one in a thousand
 * of the true ones.
 */
const budget = (recordCount: number, isTelling: boolean): number =>
  isTelling ? 0.5 * recordCount + 150_000 : 0.25 * recordCount + 30_000;

/** With fewer records starting threads takes longer than they save. */
const threadsFrom = 200_000;

/**
 * `pairCount` of the counts is not known before the pairs are walked. All rules have caps; counts, by the rule's index, have those that can
 * yield pairs.
 * @param wordKeys of a rule of rare words
 * @param isLeftOut by place; null: nobody is
 * @param threadCount 0: on this one
 */
export async function findBlocks(
  records: Records,
  wordKeys: (column: string) => Keys,
  isLeftOut: Uint8Array | null = null,
  threadCount = records.recordCount < threadsFrom ? 0 : availableParallelism(),
): Promise<{ rules: BlockingRule[]; counts: Map<number, RuleCount>; caps: Caps[]; blocks: Blocks }> {
  const { recordCount } = records;
  const rules = blockingRules(records.layout);
  const used = rules.map((rule, index) => ({ ...rule, index })).filter((rule) => isInUse(rule, records.filled));
  const keysOf = ({ many, wordsOf, index }: Indexed): Keys =>
    wordsOf !== undefined ? wordKeys(wordsOf) : many ? records.otherKeys(index) : compact(records.keysByPlace(index));
  const keysOfKept = (rule: Indexed): Keys => (isLeftOut === null ? keysOf(rule) : without(keysOf(rule), isLeftOut));
  // One by one: what all rules' keys would take together is not there.
  const pieces = async function* (): AsyncGenerator<RuleKeys> {
    for (const rule of used) yield { ...keysOfKept(rule), most: budget(recordCount, rule.isTelling === true) };
  };
  const task: BlockTask = { refinements: records.refinements };
  const work = {
    script: new URL('./block-thread.ts', import.meta.url),
    workerData: task,
    transfer: ({ places, keys }: RuleKeys) => [places.buffer, keys.buffer] as ArrayBuffer[],
    alone: () => ({ work: (keys: RuleKeys) => blocksOf(keys, task), gathered: () => null }),
  };
  const { done } = await workOff<RuleKeys, RuleBlocks, null>(pieces(), work, threadCount);
  const found = new Map(used.map(({ index }, at) => [index, done[at] as RuleBlocks]));
  return { rules, ...collect(rules, found, recordCount) };
}

type Indexed = BlockingRule & { index: number };

/** @param found by the rule's index */
function collect(
  rules: readonly BlockingRule[],
  found: ReadonlyMap<number, RuleBlocks>,
  recordCount: number,
): { counts: Map<number, RuleCount>; caps: Caps[]; blocks: Blocks } {
  const counts = new Map<number, RuleCount>();
  const list = new BlockList();
  const caps = rules.map(({ name }, index): Caps => {
    const one = found.get(index);
    if (!one) return { cap: largestCap, fineCap: largestCap };
    for (const blocks of one.blocks) list.add(index, blocks);
    const { cappedKeyCount, notComparedPairCount } = one;
    counts.set(index, { rule: name, pairCount: 0, cap: one.caps.cap, cappedKeyCount, notComparedPairCount });
    return one.caps;
  });
  return { counts, caps, blocks: list.finish(recordCount) };
}

function without({ places, keys }: Keys, isLeftOut: Uint8Array): Keys {
  const isKept = (_: number, at: number) => isLeftOut[places[at] as number] === 0;
  return { places: places.filter(isKept), keys: keys.filter(isKept) };
}

/** The keys by place are let go of. */
function compact(byPlace: Int32Array): Keys {
  let length = 0;
  for (const key of byPlace) length += key < 0 ? 0 : 1;
  const [places, keys] = [new Int32Array(length), new Int32Array(length)];
  // Whether a record has one cannot be foreseen: where not, the next is written over it, and nothing behind the end.
  for (let place = 0, to = 0; place < byPlace.length; place += 1) {
    const key = byPlace[place] as number;
    places[to] = place;
    keys[to] = key;
    to += 1 + (key >> 31);
  }
  letGo(byPlace);
  return { places, keys };
}
