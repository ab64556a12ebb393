/** What is planted in an org: who is who, against which clusters are held (pairwise precision and recall), and its numbers. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Record id -> true entity, for the objects asked for. Null when the org folder brings no truth. */
export async function readTruth(orgFolder: string, objects: string[]): Promise<Map<string, string> | null> {
  const file = join(orgFolder, 'truth.csv');
  if (!existsSync(file)) return null;
  const rows = parse<{ sobject: string; Id: string; entity: string }>(await readFile(file), {
    columns: true,
    bom: true,
  });
  return new Map(rows.filter(({ sobject }) => objects.includes(sobject)).map(({ Id, entity }) => [Id, entity]));
}

/** What each metric is in each period, by `metric period`; empty where the org folder brings no such truth. */
export async function metricTruth(orgFolder: string): Promise<Map<string, number>> {
  const file = join(orgFolder, 'truth_metrics.csv');
  if (!existsSync(file)) return new Map();
  const rows = parse<{ metric: string; period: string; value: string }>(await readFile(file), { columns: true });
  return new Map(rows.map(({ metric, period, value }) => [`${metric} ${period}`, Number(value)]));
}

const pairsOf = (counts: Iterable<number>) => {
  let pairs = 0;
  for (const n of counts) pairs += (n * (n - 1)) / 2;
  return pairs;
};

const tally = (keys: Iterable<string>) => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts.values();
};

/**
 * Pairwise over the records that the truth knows: precision = true pairs among the pairs clustered together, recall =
 * clustered pairs among the true ones. Null where there is no pair to count.
 */
export function pairwise(
  clusterOf: Map<string, string>,
  truth: Map<string, string>,
): { precision: number | null; recall: number | null } {
  const known = [...clusterOf].flatMap(([id, cluster]) => {
    const entity = truth.get(id);
    return entity === undefined ? [] : [{ cluster, entity }];
  });
  const found = pairsOf(tally(known.map(({ cluster }) => cluster)));
  const real = pairsOf(tally(known.map(({ entity }) => entity)));
  const both = pairsOf(tally(known.map(({ cluster, entity }) => `${cluster}\n${entity}`)));
  return { precision: found === 0 ? null : both / found, recall: real === 0 ? null : both / real };
}
