import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignIds, type ClusterMember } from '../../../src/matcher/cluster/identity.ts';

const member = (id: string, golden_id: string | null): ClusterMember => ({
  connection_id: 'default',
  object: 'Contact',
  id,
  golden_id,
});

test('an id stays with most of its members; the rest gets a new one and says from where', () => {
  const members = [member('1', 'per_a'), member('2', 'per_a'), member('3', 'per_a'), member('4', 'per_b')];
  const change = assignIds(members, Int32Array.from([0, 0, 2, 0]), ['per_a', 'per_b'], 'per');
  expect(change.retired).toEqual([{ gone: 'per_b', golden_id: 'per_a' }]);
  expect(change.events.map(({ kind }) => kind).sort()).toEqual(['merged', 'moved', 'moved', 'split']);
  expect(change.moved.map(({ id }) => id)).toEqual(['3', '4']);
  expect(change).toMatchObject({ keptCount: 1, unchangedCount: 0 });
});

test('of two equal claims the older id wins, then the smaller record', () => {
  const two = assignIds(
    [member('1', 'per_b'), member('2', 'per_a')],
    Int32Array.from([0, 0]),
    ['per_a', 'per_b'],
    'per',
  );
  expect(two.retired).toEqual([{ gone: 'per_b', golden_id: 'per_a' }]);
  const split = assignIds([member('2', 'per_a'), member('1', 'per_a')], Int32Array.from([0, 1]), ['per_a'], 'per');
  expect(split.moved.map(({ id }) => id)).toEqual(['2']);
});

test('the id of a record merged away in Salesforce goes where its winner is', () => {
  const gone = [{ golden_id: 'per_a', into: 0 }];
  const change = assignIds([member('1', 'per_b')], Int32Array.from([0]), ['per_a', 'per_b'], 'per', gone);
  expect(change.retired).toEqual([{ gone: 'per_b', golden_id: 'per_a' }]);
  expect(assignIds([], new Int32Array(), ['per_c'], 'per').events).toMatchObject([
    { kind: 'retired', golden_id: 'per_c' },
  ]);
});

const ids = ['per_a', 'per_b', 'per_c', 'per_d'];
const world = fc
  .array(fc.record({ golden: fc.constantFrom(null, ...ids), cluster: fc.nat(5) }), { minLength: 1, maxLength: 12 })
  .map((rows) => rows.map((row, at) => ({ ...row, id: String(at + 10) })));
type World = { golden: string | null; cluster: number; id: string }[];

function assign(rows: World) {
  const members = rows.map(({ id, golden }) => member(id, golden));
  const clusters = Int32Array.from(rows, ({ cluster }) => rows.findIndex((row) => row.cluster === cluster));
  const change = assignIds(members, clusters, ids, 'per');
  const moved = new Map(change.moved.map(({ id, golden_id }) => [id, golden_id as string]));
  return { change, now: new Map(rows.map(({ id, golden }) => [id, moved.get(id) ?? (golden as string)])) };
}

test('one id for each cluster and one cluster for each id; no id comes back; every id that goes says where', () => {
  fc.assert(
    fc.property(world, (rows) => {
      const { change, now } = assign(rows);
      const byCluster = Map.groupBy(rows, ({ cluster }) => cluster);
      const used = [...byCluster.values()].map((group) => {
        const own = new Set(group.map(({ id }) => now.get(id)));
        expect(own.size).toBe(1);
        return [...own][0] as string;
      });
      expect(new Set(used).size).toBe(used.length);
      const retired = new Map(change.retired.map(({ gone, golden_id }) => [gone, golden_id]));
      for (const id of used) expect(ids.includes(id) ? !retired.has(id) : change.minted.includes(id)).toBe(true);
      for (const id of change.minted) expect(ids).not.toContain(id);
      for (const id of ids) expect(used.includes(id) || retired.has(id)).toBe(true);
      for (const [gone, into] of retired) {
        const members = rows.filter(({ golden }) => golden === gone);
        if (members.length === 0) expect(into).toBeNull();
        else expect(members.map(({ id }) => now.get(id))).toContain(into);
      }
    }),
    { numRuns: 1000 },
  );
});

test('an id that holds the strict majority in a cluster, and the cluster in it, stays', () => {
  fc.assert(
    fc.property(world, (rows) => {
      const { now } = assign(rows);
      const count = (holds: (row: World[number]) => boolean) => rows.filter(holds).length;
      const wrong = rows.filter(({ id, golden, cluster }) => {
        const own = count((row) => row.golden === golden && row.cluster === cluster);
        const isMost = count((row) => row.golden === golden) < 2 * own;
        const others = ids.filter((one) => one !== golden);
        const isFirst = others.every((one) => count((row) => row.golden === one && row.cluster === cluster) < own);
        return golden !== null && isMost && isFirst && now.get(id) !== golden;
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('the order of the records does not show', () => {
  fc.assert(
    fc.property(world, (rows) => {
      const shape = ({ change, now }: ReturnType<typeof assign>) => ({
        now: [...now]
          .sort()
          .map(([id, golden]) => [id, change.minted.includes(golden) ? change.minted.indexOf(golden) : golden]),
        retired: change.retired.map(({ gone, golden_id }) => [gone, golden_id && change.minted.indexOf(golden_id)]),
        kinds: change.events.map(({ kind, id }) => [kind, id]),
      });
      expect(shape(assign(rows.toReversed()))).toEqual(shape(assign(rows)));
    }),
    { numRuns: 1000 },
  );
});
