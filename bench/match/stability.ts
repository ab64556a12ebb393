/** Clusters of two runs into the share of people whose records kept their golden ids, by the rule the service uses. */
import { assignIds } from '../../src/matcher/cluster/identity.ts';

export type Stability = {
  /** People whose truth did not change between the runs: no record of theirs is new or edited. */
  entities: number;
  unchanged: number;
  share: number;
  /** The same of people with two records or more. */
  shareOfDuplicated: number;
};

/**
 * Golden ids for the records of a file, given the ids some of them had before.
 * @param clusters per record, the row of one record of its cluster
 * @param before per record, its id so far; null for a new one
 */
export function goldenIds(clusters: Int32Array, before: readonly (string | null)[] | null): string[] {
  const members = Array.from(clusters, (_, row) => ({
    connection_id: 'bench',
    object: 'Person',
    id: String(row).padStart(9, '0'),
    golden_id: before?.[row] ?? null,
  }));
  const alive = new Set(before?.filter((id) => id !== null));
  const ids = members.map((member) => member.golden_id ?? '');
  for (const moved of assignIds(members, clusters, [...alive], 'per').moved)
    ids[Number(moved.id)] = moved.golden_id ?? '';
  return ids;
}

/**
 * @param before ids of the records there were, by row
 * @param after ids of all records now
 * @param truth per record now, its person
 * @param touched rows edited between the runs; rows beyond `before` are new
 */
export function stabilityOf(
  before: readonly string[],
  after: readonly string[],
  truth: Int32Array,
  touched: ReadonlySet<number>,
): Stability {
  const people = new Map<number, { count: number; isUntouched: boolean; isSame: boolean }>();
  for (const [row, person] of truth.entries()) {
    const seen = people.get(person) ?? { count: 0, isUntouched: true, isSame: true };
    seen.count++;
    if (row >= before.length || touched.has(row)) seen.isUntouched = false;
    else if (before[row] !== after[row]) seen.isSame = false;
    people.set(person, seen);
  }
  const untouched = [...people.values()].filter(({ isUntouched }) => isUntouched);
  const duplicated = untouched.filter(({ count }) => count > 1);
  const unchanged = untouched.filter(({ isSame }) => isSame).length;
  return {
    entities: untouched.length,
    unchanged,
    share: unchanged / untouched.length,
    shareOfDuplicated: duplicated.filter(({ isSame }) => isSame).length / duplicated.length,
  };
}
