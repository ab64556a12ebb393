/** The rows of one list among themselves: which rows are of somebody that an earlier row is of already. */
import { setImmediate } from 'node:timers/promises';
import { isRefinement, ruleOf } from '../matcher/block/keys.ts';
import { linkThreshold } from '../matcher/weigh/threshold.ts';
import { type Sought, isTelling } from './asked.ts';
import type { KnownRecords } from './known.ts';

/** Pairs weighed at a time: what a comparer holds for each is let go in between. */
const pairsAtOnce = 5_000;
const rowsAtOnce = 1_000;

/**
 * Lets other work of the process through, such as its sign of life, and ends when asked to.
 * @returns by place: the first row of the same person or company; itself where there is none before it
 */
export async function firstOfEach(
  known: KnownRecords,
  asked: readonly Sought[],
  signal: AbortSignal,
): Promise<Int32Array> {
  const rest = async () => {
    await setImmediate();
    signal.throwIfAborted();
  };
  const first = Int32Array.from(asked, (_, at) => at);
  const find = (at: number): number => {
    let root = at;
    while (first[root] !== root) root = first[root] as number;
    return root;
  };
  // Rows that say the same need no comparing, however many there are.
  const seen = new Map<string, number>();
  const distinct: number[] = [];
  for (const [at, one] of asked.entries()) {
    if (at % rowsAtOnce === 0) await rest();
    const row = JSON.stringify(known.rowOf(one));
    const earlier = seen.get(row);
    if (earlier !== undefined && isSomebody(one)) first[at] = earlier;
    else if (earlier === undefined) {
      seen.set(row, at);
      distinct.push(at);
    }
  }
  const codes: number[][] = [];
  for (const at of distinct) {
    if (codes.length % rowsAtOnce === 0) await rest();
    codes.push(known.codesOf(asked[at]!));
  }
  const pairs = await pairsWithin(known, codes, rest);
  for (let from = 0; from < pairs.length; from += pairsAtOnce) {
    await rest();
    const some = Array.from(pairs.subarray(from, from + pairsAtOnce), (pair) => {
      const [l, r] = [Math.floor(pair / distinct.length), pair % distinct.length];
      return [distinct[l]!, distinct[r]!] as const;
    }).filter(([l, r]) => find(l) !== find(r));
    const places = [...new Set(some.flat())];
    const placeOf = new Map(places.map((at, index) => [at, index]));
    const weights = known.weighAmong(
      places.map((at) => asked[at]!),
      some.map(([l, r]) => [placeOf.get(l)!, placeOf.get(r)!] as const),
    );
    for (const [index, [l, r]] of some.entries()) {
      if (weights[index]! <= linkThreshold) continue;
      const [a, b] = [find(l), find(r)];
      first[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return Int32Array.from(asked, (_, at) => find(at));
}

const isSomebody = (asked: Sought): boolean => isTelling('person', asked) || isTelling('company', asked);

/**
 * Pairs of rows that share a block as the store would compare it, each once, rising: the earlier row times the count of rows, and the
 * later one. As numbers side by side: a set of them holds 16 million at most and takes ten times the memory.
 */
async function pairsWithin(
  { model }: KnownRecords,
  codes: readonly (readonly number[])[],
  rest: () => Promise<void>,
): Promise<Float64Array> {
  const { length } = codes;
  let found = new Float64Array(1 << 16);
  let count = 0;
  const add = (members: readonly number[]) => {
    for (let l = 0; l < members.length; l += 1)
      for (let r = l + 1; r < members.length; r += 1) {
        if (count === found.length) {
          const larger = new Float64Array(2 * count);
          larger.set(found);
          found = larger;
        }
        found[count] = members[l]! * length + members[r]!;
        count += 1;
      }
  };
  let blockCount = 0;
  for (const [code, members] of blocksOf(codes, (one) => !isRefinement(one))) {
    blockCount += 1;
    if (blockCount % rowsAtOnce === 0) await rest();
    const { cap, fineCap } = model.caps[ruleOf(code)]!;
    if (members.length <= cap) add(members);
    else {
      // Records are found by the keys of rules; within a large block by its refinements.
      const own = members.map((at) => codes[at]!);
      for (const some of blocksOf(own, isRefinement).values())
        if (some.length <= fineCap) add(some.map((index) => members[index]!));
    }
  }
  const sorted = found.subarray(0, count).sort();
  let kept = 0;
  for (let at = 0; at < count; at += 1) {
    if (at > 0 && sorted[at] === sorted[at - 1]) continue;
    sorted[kept] = sorted[at]!;
    kept += 1;
  }
  return sorted.subarray(0, kept);
}

/** Blocks of two and more: by code, the places of its members, rising. */
function blocksOf(codes: readonly (readonly number[])[], isKey: (code: number) => boolean): Map<number, number[]> {
  // Most codes are of one row: these are a number each, not a list.
  const first = new Map<number, number>();
  const blocks = new Map<number, number[]>();
  for (const [at, own] of codes.entries()) {
    for (const code of own) {
      if (!isKey(code)) continue;
      const members = blocks.get(code);
      const earlier = first.get(code);
      if (members) members.push(at);
      else if (earlier === undefined) first.set(code, at);
      else blocks.set(code, [earlier, at]);
    }
  }
  return blocks;
}
