/** Files of scored pairs and of clusters into numbers that index the records of a prepared set. */
import { readColumns, readHeader } from '../csv.ts';
import { pairKey, recordKey, type PreparedSet } from './data-set.ts';
import { numbered } from './score.ts';
import type { ScoredPairs } from './threshold.ts';

/**
 * Pairs of a file with id_l, id_r and match_weight; `decisions` come along where the file has them. Where only some pairs have a
 * truth, the others are left out.
 */
export async function readPairs(file: string, prepared: PreparedSet): Promise<ScoredPairs & { decisions: string[] }> {
  const at = places(prepared);
  const left: number[] = [];
  const right: number[] = [];
  const weight: number[] = [];
  const decisions: string[] = [];
  const decided = (await readHeader(file)).includes('decision');
  const columns = ['id_l', 'id_r', 'match_weight', ...(decided ? ['decision'] : [])];
  await readColumns(file, columns, ([idLeft = '', idRight = '', text = '', decision]) => {
    const [l, r] = [placeOf(at, idLeft, file), placeOf(at, idRight, file)];
    if (prepared.judged && !prepared.judged.has(pairKey(l, r))) return;
    left.push(l);
    right.push(r);
    weight.push(Number(text));
    if (decision !== undefined) decisions.push(decision);
  });
  return { left: Int32Array.from(left), right: Int32Array.from(right), weight: Float64Array.from(weight), decisions };
}

/**
 * The cluster of each record, numbered. Where only some pairs have a truth, records are together only with those they are judged beside.
 * @throws Error unless every record is there exactly once.
 */
export async function readClusters(file: string, prepared: PreparedSet): Promise<Int32Array> {
  const at = places(prepared);
  const names = Array.from<string | undefined>({ length: prepared.ids.length });
  const hasSource = prepared.set.source !== undefined && (await readHeader(file)).includes('source');
  const columns = ['id', 'cluster_id', ...(hasSource ? ['source'] : [])];
  await readColumns(file, columns, ([id = '', cluster = '', source]) => {
    const place = placeOf(at, recordKey(id, source), file);
    if (names[place] !== undefined) throw new Error(`${file} has the record ${id} twice`);
    names[place] = cluster;
  });
  const missing = prepared.ids.find((_, place) => names[place] === undefined);
  if (missing !== undefined) throw new Error(`${file} has no row for the record ${missing}`);
  const clusters = numbered(names.map(String));
  return prepared.judged ? ofJudged(clusters, prepared.judged) : clusters;
}

/** Judged pairs do not meet: each has two records of its own. */
function ofJudged(clusters: Int32Array, judged: ReadonlySet<string>): Int32Array {
  const found = Int32Array.from(clusters.keys());
  for (const pair of judged) {
    const [l, r] = pair.split(' ').map(Number) as [number, number];
    if (clusters[l] === clusters[r]) found[r] = found[l] as number;
  }
  return numbered([...found].map(String));
}

/** Records by their key, and by their bare id where that names one record only. */
function places({ ids }: PreparedSet): Map<string, number> {
  const at = new Map<string, number>();
  for (const [place, id] of ids.entries()) {
    const bare = id.slice(id.indexOf(':') + 1);
    if (bare !== id) at.set(bare, at.has(bare) ? -1 : place);
  }
  for (const [place, id] of ids.entries()) at.set(id, place);
  return at;
}

function placeOf(at: ReadonlyMap<string, number>, id: string, file: string): number {
  const place = at.get(id);
  if (place === undefined || place < 0) throw new Error(`${file} names the record ${id}, which the set does not have`);
  return place;
}
