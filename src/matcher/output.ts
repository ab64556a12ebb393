/** What was found into the lines of the files of `assay match`: clusters.csv and pairs.csv. */
import type { MatchResult } from './engine.ts';
import { evidenceOf, resultDecision } from './evidence.ts';
import { idCell, sourceCell } from './read/load-csv.ts';
import type { Records } from './read/read-records.ts';
import { csvRow } from './read/write-csv.ts';

/** id,cluster_id in the order of the ids; a cluster is named by the smallest of its ids, by the order of their units. */
export function* clusterLines(records: Records, { clusters }: MatchResult, hasSource: boolean): Generator<string> {
  // Only where two sources use the same id does it take the source to say which record is meant.
  const isShared = hasSource && sharesIds(records);
  const id = (place: number) => records.kept(idCell, place);
  const name = idName(records, hasSource);
  yield isShared ? 'id,cluster_id,source\n' : 'id,cluster_id\n';
  for (const [place, root] of clusters.entries()) {
    const cells = [id(place), name(root)];
    yield csvRow(isShared ? [...cells, records.kept(sourceCell, place)] : cells);
  }
}

/** The name of a record: its id, and where sources share ids its source too. */
export function idName(records: Records, hasSource: boolean): (place: number) => string {
  const id = (place: number) => records.kept(idCell, place);
  return hasSource && sharesIds(records) ? (place) => `${records.kept(sourceCell, place)}:${id(place)}` : id;
}

function sharesIds(records: Records): boolean {
  for (let place = 1; place < records.recordCount; place += 1)
    if (records.isSameKept(idCell, place - 1, place)) return true;
  return false;
}

/** The pairs linked, for review or cut, strongest first. Where sources share ids, the sources are written too. */
export function* pairLines(records: Records, result: MatchResult, hasSource: boolean): Generator<string> {
  const { model, pairs } = result;
  const isShared = hasSource && sharesIds(records);
  const shown = Int32Array.from(pairs.score, (_, at) => at).filter(
    (at) => (pairs.score[at] as number) > model.threshold.review,
  );
  // The pairs are in the order of their places already.
  shown.sort((a, b) => (pairs.score[b] as number) - (pairs.score[a] as number) || a - b);
  const evidence = evidenceByPattern(result);
  yield `id_l,id_r,match_weight,match_probability,decision,evidence${isShared ? ',source_l,source_r' : ''}\n`;
  for (const at of shown) {
    const [l, r, weight] = [pairs.left[at] as number, pairs.right[at] as number, pairs.score[at] as number];
    yield csvRow([
      records.kept(idCell, l),
      records.kept(idCell, r),
      String(Math.round(weight * 100) / 100),
      String(Math.round(1e6 / (1 + 2 ** -weight)) / 1e6),
      resultDecision(result, at),
      `{"rule":${JSON.stringify(model.rules[pairs.rule[at] as number] ?? '')},"fields":${evidence(pairs.pattern[at] as number)}}`,
      ...(isShared ? [records.kept(sourceCell, l), records.kept(sourceCell, r)] : []),
    ]);
  }
}

/** The evidence of each pattern as JSON, made when it is first asked for. */
export function evidenceByPattern({ model, codes }: MatchResult): (pattern: number) => string {
  const known = new Map<number, string>();
  return (pattern) => {
    const found = known.get(pattern) ?? JSON.stringify(evidenceOf(model, (at) => codes[at]?.[pattern] ?? 0));
    known.set(pattern, found);
    return found;
  };
}
