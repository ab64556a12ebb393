/** Records that arrive one by one, in any order, end up in the clusters that one look at all of them gives. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityFixture, type IdentityFixture, unknownGoldenIds } from './identity-fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await identityFixture();
});
afterAll(() => fixture.db.close());

const size = 7;
const ends = fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([a, b]) => a < b);
const world = fc.record({
  pairs: fc.uniqueArray(fc.tuple(ends, fc.integer({ min: -8, max: 12 })), {
    selector: ([[a, b]]) => a * size + b,
    minLength: 4,
  }),
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: size, maxLength: size }),
  parents: fc.array(ends, { maxLength: 2 }),
});

it('any order of arrival gives the clusters of the whole', async () => {
  const { db } = fixture;
  let round = 0;
  await fc.assert(
    fc.asyncProperty(world, async ({ pairs, order, parents }) => {
      round += 1;
      const id = (at: number) => `R${round}-${at}`;
      const parentOf = new Map(parents.map(([a, b]) => [b, id(a)]));
      const weights = new Map(pairs.map(([[a, b], weight]) => [`${a} ${b}`, weight]));
      // The pairs of a record as match brings them up to date when it arrives: with what is there already.
      const arrive = async (at: number, there: number[]) => {
        const parent = parentOf.get(at) ?? null;
        await fixture.evidence('company', 'Account', { id: id(at), name: 'Any', parent_id: parent });
        for (const other of there) {
          const [a, b] = at < other ? [at, other] : [other, at];
          const weight = weights.get(`${a} ${b}`);
          if (weight !== undefined) await fixture.pair('company', id(a), id(b), weight);
        }
      };
      const groups = async () => {
        const who = await fixture.who('company');
        return [...Map.groupBy(order.toSorted(), (at) => who[id(at)]).values()].map((group) => group.join(' ')).sort();
      };
      await fixture.matched('company');
      await fixture.cluster('company');
      const there: number[] = [];
      for (const at of order) {
        await arrive(at, there);
        there.push(at);
        await fixture.matchedOnly('company', [id(at)]);
        const clustered = await fixture.cluster('company');
        expect(clustered.readCount).toBeLessThanOrEqual(there.length);
      }
      const oneByOne = await groups();
      await fixture.matched('company');
      const clustered = await fixture.cluster('company');
      expect(clustered).toMatchObject({ changedCount: 0 });
      expect(await groups()).toEqual(oneByOne);
    }),
    { numRuns: 8 },
  );
  const [left] = await db.query(sql`select count(*)::int as n from golden.identity i where retired_at is null
    and not exists (select from golden.crosswalk x where x.golden_id = i.golden_id)`);
  expect(left).toEqual({ n: 0 });
  expect(await unknownGoldenIds(db)).toEqual([]);
});
