/** New clusters and the golden ids their records had into the ids they have now, and the events of the change. */
import { uuidv7 } from 'uuidv7';
import { keyOf } from '../../model/record-key.ts';

export type ClusterMember = { connection_id: string; object: string; id: string; golden_id: string | null };
/** A record that is gone, merged in Salesforce into the member at `into`: its id goes where that member is. */
export type GoneMember = { golden_id: string; into: number };
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
  moved: ClusterMember[];
  retired: { gone: string; golden_id: string | null }[];
  events: IdentityEvent[];
  /** Ids alive before that are kept, and of those the ones no record was taken from or brought to from another id. */
  keptCount: number;
  unchangedCount: number;
};

type Share = { golden: string; cluster: number; count: number };

/**
 * An id stays with the cluster that holds most of its members; ties go to the oldest id (uuidv7 sorts by age), then to
 * the cluster of the smallest record. The order of the members does not show. Ids are new or were alive: none is
 * brought back.
 * @param clusters per member, the index of any one member of its cluster, the same for all of them
 * @param alive ids not retired before whose members are all among `members` and `goneMembers`, or gone
 */
export function assignIds(
  members: readonly ClusterMember[],
  clusters: Int32Array,
  alive: readonly string[],
  prefix: string,
  goneMembers: readonly GoneMember[] = [],
): IdentityChange {
  const order = members.map(keyOf);
  const bySmallest = [...members.keys()].sort((a, b) => compare(order[a] as string, order[b] as string));
  const first = new Map<number, string>();
  for (const at of bySmallest) {
    const cluster = clusters[at] as number;
    if (!first.has(cluster)) first.set(cluster, order[at] as string);
  }
  const living = new Set(alive);
  const ranked = sharesOf(members, clusters, goneMembers)
    .filter(({ golden }) => living.has(golden))
    .sort(
      (a, b) =>
        b.count - a.count ||
        compare(a.golden, b.golden) ||
        compare(first.get(a.cluster) as string, first.get(b.cluster) as string),
    );
  const idOf = new Map<number, string>();
  const kept = new Set<string>();
  const heir = new Map<string, number>();
  const origin = new Map<number, string>();
  for (const { golden, cluster } of ranked) {
    if (!heir.has(golden)) heir.set(golden, cluster);
    if (!origin.has(cluster)) origin.set(cluster, golden);
    if (kept.has(golden) || idOf.has(cluster)) continue;
    idOf.set(cluster, golden);
    kept.add(golden);
  }

  const change: IdentityChange = {
    minted: [],
    moved: [],
    retired: [],
    events: [],
    keptCount: kept.size,
    unchangedCount: 0,
  };
  const addEvent = (kind: IdentityEvent['kind'], golden_id: string, other: string | null, of?: ClusterMember) =>
    change.events.push({
      kind,
      golden_id,
      other_golden_id: other,
      connection_id: of?.connection_id ?? null,
      id: of?.id ?? null,
    });
  const disturbed = new Set<string>();
  for (const at of bySmallest) {
    const member = members[at] as ClusterMember;
    const cluster = clusters[at] as number;
    let golden = idOf.get(cluster);
    if (golden === undefined) {
      golden = `${prefix}_${uuidv7()}`;
      idOf.set(cluster, golden);
      change.minted.push(golden);
      const from = origin.get(cluster);
      if (from === undefined) addEvent('minted', golden, null);
      else addEvent('split', golden, from);
    }
    if (member.golden_id === golden) continue;
    change.moved.push({ ...member, golden_id: golden });
    if (member.golden_id === null) continue;
    addEvent('moved', golden, member.golden_id, member);
    disturbed.add(golden).add(member.golden_id);
  }
  for (const gone of [...living].sort(compare)) {
    if (kept.has(gone)) continue;
    const cluster = heir.get(gone);
    const into = cluster === undefined ? null : (idOf.get(cluster) ?? null);
    change.retired.push({ gone, golden_id: into });
    if (into === null) addEvent('retired', gone, null);
    else addEvent('merged', into, gone);
  }
  change.unchangedCount = [...kept].filter((golden) => !disturbed.has(golden)).length;
  return change;
}

function sharesOf(members: readonly ClusterMember[], clusters: Int32Array, gone: readonly GoneMember[]): Share[] {
  const shares = new Map<string, Share>();
  const count = (golden: string, cluster: number) => {
    const key = `${golden} ${cluster}`;
    const share = shares.get(key) ?? { golden, cluster, count: 0 };
    share.count += 1;
    shares.set(key, share);
  };
  for (const [at, { golden_id: golden }] of members.entries()) {
    if (golden !== null) count(golden, clusters[at] as number);
  }
  for (const { golden_id: golden, into } of gone) count(golden, clusters[into] as number);
  return [...shares.values()];
}

/** By code units, as `collate "C"` sorts ids: a locale's order differs between machines. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
