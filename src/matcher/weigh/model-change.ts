/** The clusters of the model that is there beside those of one just trained: what a switch would change that nobody touched. */
import type { MatchingSettings } from '../../model/definitions.ts';
import { Sets } from '../cluster/components.ts';

/** Why everything is compared anew. */
export type TrainingCause = 'first' | 'engine' | 'full' | 'drift' | 'labels' | 'field' | 'accepted';

/** Of clusters of two records and more with no record that moved since. */
export type ClusterChange = {
  unchangedCount: number;
  /** Of records that were each alone. */
  addedCount: number;
  /** All their records are alone now. */
  removedCount: number;
  splitCount: number;
  /** Clusters now that bring an earlier one together with other records. */
  mergedCount: number;
  /** Records that are with others now than before. */
  changedRecordCount: number;
};

export const noChange: ClusterChange = {
  unchangedCount: 0,
  addedCount: 0,
  removedCount: 0,
  splitCount: 0,
  mergedCount: 0,
  changedRecordCount: 0,
};

/**
 * @param now by place: the lowest place of its cluster
 * @param links earlier links, by place
 * @param isTouched by place: the record moved, or was linked to one that is gone
 */
export function changeBetween(
  now: Int32Array,
  links: readonly (readonly [number, number])[],
  isTouched: Uint8Array,
): ClusterChange {
  const sets = new Sets(now.length);
  for (const [l, r] of links) sets.join(l, r);
  const before = Int32Array.from(now, (_, place) => sets.find(place));
  const [old, made] = [sizesOf(before, isTouched), sizesOf(now, isTouched)];
  const change = { ...noChange };
  const [intoOf, fromOf] = [rootsBy(before, now, old), rootsBy(now, before, made)];
  for (const [root, into] of intoOf) {
    const size = old.sizes[root] as number;
    const isWhole = into.size === 1;
    if (isWhole && [...into].every((one) => made.sizes[one] === size)) change.unchangedCount += 1;
    else if (isWhole) continue;
    else if (into.size === size && [...into].every((one) => made.sizes[one] === 1)) change.removedCount += 1;
    else change.splitCount += 1;
  }
  for (const from of fromOf.values()) {
    if (from.size === 1) continue;
    if ([...from].every((one) => old.sizes[one] === 1)) change.addedCount += 1;
    else change.mergedCount += 1;
  }
  for (const [place, root] of now.entries()) {
    const earlier = before[place] as number;
    if (old.touched[earlier] || made.touched[root]) continue;
    const size = old.sizes[earlier] as number;
    const isSame = size === made.sizes[root] && (size === 1 || intoOf.get(earlier)?.size === 1);
    if (!isSame) change.changedRecordCount += 1;
  }
  return change;
}

/** Whether a switch is put aside until somebody accepts it. */
export function isTooMuch(change: ClusterChange, { holdAboveClusters, holdAboveShare }: MatchingSettings): boolean {
  const changed = changedClusters(change);
  return changed > holdAboveClusters && changed > holdAboveShare * (change.unchangedCount + changed);
}

/** What a model put aside would have done and how to take it over, in a sentence or two. */
export function heldWarning(entity: string, id: string, change: ClusterChange): string {
  const { unchangedCount, addedCount, removedCount, splitCount, mergedCount, changedRecordCount } = change;
  const changed = changedClusters(change);
  const share = Math.round((100 * changed) / Math.max(1, unchangedCount + changed));
  return (
    `Approval needed: the new matching model of ${entity} (${id}) would change ${changed} groups (${share} %) with ${changedRecordCount} records ` +
    `that have not changed: ${addedCount} added, ${removedCount} removed, ${splitCount} split, ${mergedCount} merged. Assay keeps the old model. ` +
    `To approve, send POST /v1/model-changes/${id}/accept, or start a sync with mode "full". ` +
    'Otherwise undo the wrong decisions. GET /v1/model-changes has the figures.'
  );
}

function changedClusters({ addedCount, removedCount, splitCount, mergedCount }: ClusterChange): number {
  return addedCount + removedCount + splitCount + mergedCount;
}

/** By root: how many are in its cluster; and which clusters hold a touched record. */
function sizesOf(roots: Int32Array, isTouched: Uint8Array): { sizes: Int32Array; touched: Uint8Array } {
  const [sizes, touched] = [new Int32Array(roots.length), new Uint8Array(roots.length)];
  for (const [place, root] of roots.entries()) {
    sizes[root] = (sizes[root] as number) + 1;
    if (isTouched[place]) touched[root] = 1;
  }
  return { sizes, touched };
}

/** Of clusters of two and more, none of them touched: the other clustering's roots of their members. */
function rootsBy(
  roots: Int32Array,
  others: Int32Array,
  { sizes, touched }: { sizes: Int32Array; touched: Uint8Array },
): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  for (const [place, root] of roots.entries()) {
    if ((sizes[root] as number) < 2 || touched[root]) continue;
    const all = found.get(root) ?? new Set<number>();
    found.set(root, all);
    all.add(others[place] as number);
  }
  return found;
}
