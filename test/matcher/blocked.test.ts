/** MovedKeys records and the blocks of the store into the pairs that a look at everything gives. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Neighbourhood, type Caps, type Keyed, type Store } from '../../src/matcher/block/blocked.ts';
import { isRefinement, ruleOf } from '../../src/matcher/block/keys.ts';

const caps: Caps[] = [
  { cap: 3, fineCap: 2 },
  { cap: 2, fineCap: 3 },
];
const isLess = (a: string, b: string) => a < b;
const codeOf = (rule: number, value: number) => rule * 2 ** 32 + value;
const refinementOf = (value: number) => 2 ** 40 + value;

type Records = Map<string, number[]>;

const storeOf = (records: Records): Store => {
  const having = (code: number) => [...records].filter(([, codes]) => codes.includes(code));
  return {
    members: async (wanted) =>
      wanted.map(({ code, most }) =>
        having(code)
          .map(([key]) => key)
          .slice(0, most),
      ),
    refined: async (wanted) =>
      wanted.map(({ code, refinements }) =>
        having(code)
          .filter(([, codes]) => refinements.some((one) => codes.includes(one)))
          .map(([key, codes]) => ({ key, codes: codes.filter(isRefinement) })),
      ),
  };
};

/** Pairs of all, by the definition of the caps. */
function whole(store: Records): Map<string, number> {
  const pairs = new Map<string, number>();
  const meet = (members: Keyed[], rule: number) => {
    for (const { key: l } of members)
      for (const { key: r } of members)
        if (isLess(l, r)) pairs.set(`${l}\t${r}`, Math.min(pairs.get(`${l}\t${r}`) ?? Infinity, rule));
  };
  const records = [...store].map(([key, codes]) => ({ key, codes }));
  const all = [...new Set(records.flatMap(({ codes }) => codes))];
  for (const code of all.filter((one) => !isRefinement(one))) {
    const members = records.filter(({ codes }) => codes.includes(code));
    const { cap, fineCap } = caps[ruleOf(code)] as Caps;
    if (members.length <= cap) meet(members, ruleOf(code));
    else
      for (const refinement of all.filter(isRefinement)) {
        const fine = members.filter(({ codes }) => codes.includes(refinement));
        if (fine.length <= fineCap) meet(fine, ruleOf(code));
      }
  }
  return pairs;
}

const codes = fc
  .record({
    first: fc.nat(2),
    second: fc.array(fc.nat(2), { maxLength: 2 }),
    refinements: fc.array(fc.nat(2), { maxLength: 2 }),
  })
  .map(({ first, second, refinements }) => [
    ...new Set([codeOf(0, first), ...second.map((one) => codeOf(1, one)), ...refinements.map(refinementOf)]),
  ]);
const key = fc.nat(9).map((at) => `default R${at}`);
const move = fc.tuple(key, fc.option(codes, { nil: [] as number[] }));

it('gives what a look at everything gives, whatever moves in whatever order', async () => {
  let disturbedCount = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(move, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async (rounds) => {
      const store: Records = new Map();
      let pairs = new Map<string, number>();
      for (const round of rounds) {
        const moved = [...new Map(round)].map(([one, now]) => ({ key: one, before: store.get(one) ?? [], now }));
        for (const { key: one, now } of moved) {
          if (now.length === 0) store.delete(one);
          else store.set(one, now);
        }
        const neighbourhood = new Neighbourhood(caps, storeOf(store));
        const disturbed = await neighbourhood.disturbedBy(moved);
        disturbedCount += disturbed.size;
        const there = moved.filter(({ now }) => now.length > 0).map(({ key: one, now }) => ({ key: one, codes: now }));
        const affected = new Set([...moved.map((one) => one.key), ...disturbed]);
        const others = [...disturbed].map((one) => ({ key: one, codes: store.get(one) as number[] }));
        pairs = new Map([...pairs].filter(([pair]) => !pair.split('\t').some((one) => affected.has(one))));
        for (const [pair, rule] of await neighbourhood.pairsOf([...there, ...others], isLess)) pairs.set(pair, rule);
        expect(new Map([...pairs].sort())).toEqual(new Map([...whole(store)].sort()));
      }
    }),
    { numRuns: 300 },
  );
  expect(disturbedCount).toBeGreaterThan(100);
});
