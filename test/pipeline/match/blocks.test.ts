import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockList, group, PairWalk, type Keys } from '../../../src/pipeline/match/blocks.ts';

const recordCount = 12;
/** By rule: the key of each record, -1 for none. */
const rules = fc.array(fc.array(fc.integer({ min: -1, max: 4 }), { minLength: recordCount, maxLength: recordCount }), {
  minLength: 1,
  maxLength: 4,
});

function keysOf(byPlace: number[]): Keys {
  const filled = [...byPlace.entries()].filter(([, key]) => key >= 0);
  return {
    places: Int32Array.from(filled, ([place]) => place),
    keys: Int32Array.from(filled, ([, key]) => key * 1_000_003),
  };
}

test('each pair that shares a key is met once, in order, under the first rule that yields it; larger blocks are left out', () => {
  fc.assert(
    fc.property(rules, fc.integer({ min: 2, max: 6 }), (all, cap) => {
      const list = new BlockList();
      for (const [rule, byPlace] of all.entries()) {
        const keys = keysOf(byPlace);
        list.take(rule, keys.places, group(keys), cap);
      }
      const walk = new PairWalk(list.finish(recordCount));
      const met: number[][] = [];
      for (let l = 0; l < recordCount; l += 1) walk.visit(l, (r, rule) => met.push([l, r, rule]));

      const expected: number[][] = [];
      const made = all.map(() => 0);
      for (let l = 0; l < recordCount; l += 1) {
        for (let r = l + 1; r < recordCount; r += 1) {
          const yields = (byPlace: number[]) =>
            byPlace[l]! >= 0 && byPlace[l] === byPlace[r] && byPlace.filter((key) => key === byPlace[l]).length <= cap;
          for (const [rule, byPlace] of all.entries()) if (yields(byPlace)) made[rule]! += 1;
          const first = all.findIndex(yields);
          if (first >= 0) expected.push([l, r, first]);
        }
      }
      expect(met).toEqual(expected);
      expect(Array.from(walk.ruleCounts.subarray(0, all.length))).toEqual(made);
    }),
  );
});
