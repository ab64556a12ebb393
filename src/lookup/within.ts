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
  const pairs = pairsWithin(known, codes).map(([l, r]) => [distinct[l]!, distinct[r]!] as const);
  for (let from = 0; from < pairs.length; from += pairsAtOnce) {
    await rest();
    const some = pairs.slice(from, from + pairsAtOnce).filter(([l, r]) => find(l) !== find(r));
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

/** Pairs of rows that share a block as the store would compare it, the earlier row first. */
function pairsWithin({ model }: KnownRecords, codes: readonly (readonly number[])[]): [number, number][] {
  const blocks = blocksOf(codes);
  const found = new Set<number>();
  const { length } = codes;
  const add = (members: readonly number[]) => {
    for (const [at, l] of members.entries()) for (const r of members.slice(at + 1)) found.add(l * length + r);
  };
  for (const [code, members] of blocks) {
    const { cap, fineCap } = model.caps[ruleOf(code)]!;
    if (members.length <= cap) add(members);
    else {
      const own = members.map((at) => codes[at]!.filter(isRefinement));
      const split = blocksOf(own);
      for (const some of split.values()) if (some.length <= fineCap) add(some.map((index) => members[index]!));
    }
  }
  return [...found].map((pair) => [Math.floor(pair / length), pair % length]);
}

/** Blocks of two and more: by code, the places of its members, rising. */
function blocksOf(codes: readonly (readonly number[])[]): Map<number, number[]> {
  const blocks = new Map<number, number[]>();
  const isOfRecords = codes.some((own) => own.some((code) => !isRefinement(code)));
  for (const [at, own] of codes.entries()) {
    for (const code of own) {
      // Records are found by the keys of rules; within a large block by its refinements.
      if (isOfRecords && isRefinement(code)) continue;
      const members = blocks.get(code);
      if (members) members.push(at);
      else blocks.set(code, [at]);
    }
  }
  for (const [code, members] of blocks) if (members.length < 2) blocks.delete(code);
  return blocks;
}
