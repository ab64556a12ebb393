import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockList, group, PairWalk, refine, upTo, type Keys } from '../../src/matcher/block/blocks.ts';

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
        list.add(rule, upTo(cap, group(keys)));
      }
      const walk = new PairWalk(list.finish(recordCount));
      const met: number[][] = [];
      for (let l = 0; l < recordCount; l += 1)
        for (let at = 0, count = walk.find(l); at < count; at += 1) met.push([l, walk.partners[at]!, walk.rules[at]!]);

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

test('a block beyond the cap is split into those of its members that share a refinement', () => {
  const count = 60;
  const byPlace = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: count, maxLength: count });
  fc.assert(
    fc.property(byPlace, byPlace, byPlace, fc.integer({ min: 1, max: 12 }), (keys, one, two, cap) => {
      const rows = Int32Array.from({ length: 2 * count }, (_, at) => (at % 2 === 0 ? one : two)[at >> 1] as number);
      const found = refine(group(keysOf(keys)), cap, { rows, width: 2 }).map(({ members, starts }) =>
        Array.from(starts.subarray(1), (end, at) => [...members.subarray(starts[at], end)].join()).toSorted(),
      );
      const expected = [one, two].map((refinement) =>
        [0, 1, 2, 3].flatMap((key) => {
          const block = [...keys.keys()].filter((place) => keys[place] === key);
          const own = [0, 1, 2, 3].map((part) => block.filter((place) => refinement[place] === part));
          return block.length > cap ? own.filter(({ length }) => length > 1).map((members) => members.join()) : [];
        }),
      );
      expect(found).toEqual(expected.map((all) => all.toSorted()));
    }),
  );
});
