/** New clusters and the golden ids their records had into the ids they have now, and the events that tell of it. */
import { uuidv7 } from 'uuidv7';

export type Member = { connection_id: string; object: string; id: string; golden_id: string | null };
export type IdentityEvent = {
  kind: 'minted' | 'merged' | 'split' | 'moved' | 'retired';
  golden_id: string;
  other_golden_id: string | null;
  connection_id: string | null;
  id: string | null;
};
export type IdentityChange = {
  minted: string[];
  /** Records whose id is new or another. */
  moved: Member[];
  retired: { gone: string; golden_id: string | null }[];
  events: IdentityEvent[];
};

/**
 * An id stays with the cluster that holds most of its members; ties go to the oldest id (uuidv7 sorts by age), then to
 * the cluster of the smallest record.
 * @param clusters per member, the index of the cluster's first member
 * @param alive ids not retired before
 */
export function assignIds(
  members: readonly Member[],
  clusters: Int32Array,
  alive: readonly string[],
  prefix: string,
): IdentityChange {
  const shares = new Map<string, { golden: string; cluster: number; count: number }>();
  for (const [at, { golden_id: golden }] of members.entries()) {
    if (golden === null) continue;
    const cluster = clusters[at] ?? at;
    const key = `${golden} ${cluster}`;
    const share = shares.get(key) ?? { golden, cluster, count: 0 };
    share.count += 1;
    shares.set(key, share);
  }
  const ranked = [...shares.values()].sort(
    (a, b) => b.count - a.count || (a.golden < b.golden ? -1 : a.golden > b.golden ? 1 : a.cluster - b.cluster),
  );
  const idOf = new Map<number, string>();
  const kept = new Set<string>();
  for (const { golden, cluster } of ranked) {
    if (kept.has(golden) || idOf.has(cluster)) continue;
    idOf.set(cluster, golden);
    kept.add(golden);
  }
  const change: IdentityChange = { minted: [], moved: [], retired: [], events: [] };
  const tell = (kind: IdentityEvent['kind'], golden_id: string, other_golden_id: string | null, of?: Member) =>
    change.events.push({
      kind,
      golden_id,
      other_golden_id,
      connection_id: of?.connection_id ?? null,
      id: of?.id ?? null,
    });
  const heir = new Map<string, number>();
  const origin = new Map<number, string>();
  for (const { golden, cluster } of ranked) {
    if (!heir.has(golden)) heir.set(golden, cluster);
    if (!origin.has(cluster)) origin.set(cluster, golden);
  }
  for (const [at, member] of members.entries()) {
    const cluster = clusters[at] ?? at;
    let golden = idOf.get(cluster);
    if (golden === undefined) {
      golden = `${prefix}_${uuidv7()}`;
      idOf.set(cluster, golden);
      change.minted.push(golden);
      const from = origin.get(cluster);
      if (from === undefined) tell('minted', golden, null);
      else tell('split', golden, from);
    }
    if (member.golden_id === golden) continue;
    change.moved.push({ ...member, golden_id: golden });
    if (member.golden_id !== null) tell('moved', golden, member.golden_id, member);
  }
  for (const gone of alive) {
    if (kept.has(gone)) continue;
    const cluster = heir.get(gone);
    const into = cluster === undefined ? null : (idOf.get(cluster) ?? null);
    change.retired.push({ gone, golden_id: into });
    if (into === null) tell('retired', gone, null);
    else tell('merged', into, gone);
  }
  return change;
}
