/** All records of an entity compared: a model trained on them, their pairs in `match.pair`, and their keys for what moves later. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import type { Queryable } from '../../db/connect.ts';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import { keySql } from '../../db/record-key.ts';
import { matchRecords } from '../../matcher/engine.ts';
import type { Records } from '../../matcher/read/read-records.ts';
import { freeze, thaw } from '../../matcher/weigh/frozen.ts';
import type { Assessment } from '../../model/assessment.ts';
import type { Label } from '../../matcher/weigh/label.ts';
import {
  type TrainingCause,
  changeBetween,
  isTooMuch,
  type ClusterChange,
  noChange,
} from '../../matcher/weigh/model-change.ts';
import { keyOf } from '../../model/record-key.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import { newestLabel, readDecided } from './decisions.ts';
import { type MatchedEntity, newestVersion } from './evidence-rows.ts';
import { forgetModel, type OrgVersion, putModelAside, storeModel, type Training } from './store-model.ts';
import { hashAt, loadRecords, recordAt, writePairs, writeRecords } from './whole-files.ts';

/** A model that was put aside, as it would have changed too much that nobody touched: the one before goes on. */
export type Held = { heldId: string; cause: TrainingCause; change: ClusterChange };

export async function matchWhole(
  context: Context,
  entity: MatchedEntity,
  engineVersion: number,
  cause: TrainingCause,
): Promise<StageResult | Held> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-match-'));
  const file = (name: string) => join(folder, `${name}.csv`);
  try {
    // Before the rows are read: what moves or is decided meanwhile is looked at again, never missed.
    const version = await newestVersion(context.db, context.definitions, entity, context.run.connectionId);
    const progress = await readProgress(context, entity, version);
    const reviewVersion = await newestLabel(context.db, entity.name);
    const records = await loadRecords(context, entity, file('evidence'));
    if (records === null) return await forgetModel(context, entity);
    const decided = await readDecided(context.db, entity.name);
    const placeOf = placesOf(records, new Set(decided.flatMap(({ l, r }) => [l, r])));
    const labels = decided.flatMap(({ l, r, same, weight }): Label[] => {
      const [a, b] = [placeOf.get(l), placeOf.get(r)];
      return a === undefined || b === undefined ? [] : [{ l: Math.min(a, b), r: Math.max(a, b), same, weight }];
    });
    const result = await matchRecords(records, {
      labels,
      beforeRelease: (wordKeys) => writeRecords(records, wordKeys, file('records')),
    });
    const change = cause === 'first' ? null : await changeOf(context, entity, records, result.clusters);
    const mayHold = change !== null && (cause === 'drift' || cause === 'labels');
    const isLarge = mayHold && isTooMuch(change, context.definitions.matching);
    // The old model cannot compare a field it never saw, and what is filled now would not be looked at again.
    const hasField = isLarge && (await hasNewField(context.db, entity, result.model.filled));
    const held = isLarge && !hasField;
    const training: Training = {
      id: `mdl_${uuidv7()}`,
      cause: hasField ? 'field' : cause,
      held,
      labelCount: labels.length,
      oldWrongCount: cause === 'first' ? null : decided.filter(({ same, wasLinked }) => same !== wasLinked).length,
      newWrongCount: result.wrongLabelCount,
      change: change ?? noChange,
      assessment: result.assessment,
    };
    if (held) {
      await putModelAside(context, entity, reviewVersion, training);
      return { heldId: training.id, cause, change: training.change };
    }
    await writePairs(records, result, entity.name, context.run.id, file('pairs'));
    const { recordCount } = records;
    const model = { content: freeze(result.model), engineVersion, recordCount, progress, reviewVersion };
    await storeModel(context, entity, { records: file('records'), pairs: file('pairs') }, model, training);
    const notComparedPairCount = result.ruleCounts.reduce((sum, { notComparedPairCount: count }) => sum + count, 0);
    const { candidatePairCount, clusterCount, pairs } = result;
    const { review } = result.model.threshold;
    const changedCount = pairs.score.reduce((sum, weight) => sum + (weight > review ? 1 : 0), 0);
    const detail = {
      candidatePairCount,
      clusterCount,
      notComparedPairCount,
      linkedPairCount: result.pairCounts.linked,
      expectedPairCount: Math.round(result.pairCounts.expected),
      trainedBecause: training.cause,
      ...assessmentDetail(result.assessment),
      ...change,
    };
    const done: StageResult = { readCount: recordCount, changedCount, detail };
    return { ...done, warnings: result.warnings.map((warning) => `Matching of ${entity.name}: ${warning}`) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As counts of a stage: numbers by name. */
export function assessmentDetail({
  precision,
  recall,
  cannotTell,
}: Assessment): Record<string, number | string | null> {
  return {
    precision: precision?.estimate ?? null,
    precisionLow: precision?.low ?? null,
    precisionHigh: precision?.high ?? null,
    recall: recall?.estimate ?? null,
    recallLow: recall?.low ?? null,
    recallHigh: recall?.high ?? null,
    ...(cannotTell === null ? {} : { cannotTell }),
  };
}

/** Up to where each org's rows are sure to be among those read from now on. @param version of the run's own org */
async function readProgress(
  { db, run }: Context,
  entity: MatchedEntity,
  version: string | null,
): Promise<OrgVersion[]> {
  const others = await db.query<OrgVersion>(sql`/* match.others */ select connection_id, version from pipeline.mark
    where stage = 'match' and subject = ${entity.name} and source = 'standardise' and connection_id <> ${run.connectionId}`);
  return version === null ? others : [...others, { connection_id: run.connectionId, version }];
}

function placesOf(records: Records, wanted: ReadonlySet<string>): Map<string, number> {
  const found = new Map<string, number>();
  if (wanted.size === 0) return found;
  for (let place = 0; place < records.recordCount; place += 1) {
    const key = keyOf(recordAt(records, place));
    if (wanted.has(key)) found.set(key, place);
  }
  return found;
}

/** null where the old model left no records to compare with. */
async function changeOf(
  { db }: Context,
  entity: MatchedEntity,
  records: Records,
  clusters: Int32Array,
): Promise<ClusterChange | null> {
  if (!(await tableExists(db, 'match', `${entity.name}_record`))) return null;
  const known = await db.query<{ key: string; hash: string }>(sql`/* match.hashes */
    select ${keySql('r')} as key, r.hash from ${identifier('match', `${entity.name}_record`)} r`);
  const hashes = new Map(known.map(({ key, hash }) => [key, hash]));
  const places = new Map<string, number>();
  const isTouched = new Uint8Array(records.recordCount);
  for (let place = 0; place < records.recordCount; place += 1) {
    const key = keyOf(recordAt(records, place));
    places.set(key, place);
    if (hashes.get(key) !== hashAt(records, place)) isTouched[place] = 1;
  }
  const linked = await db.query<{ l: string; r: string }>(sql`/* match.linked */
    select ${keySql('p', 'l_')} as l, ${keySql('p', 'r_')} as r from match.pair p
    where entity = ${entity.name} and decision = 'link'`);
  const links = linked.flatMap(({ l, r }): [number, number][] => {
    const [a, b] = [places.get(l), places.get(r)];
    if (a !== undefined && b !== undefined) return [[a, b]];
    for (const place of [a, b]) if (place !== undefined) isTouched[place] = 1;
    return [];
  });
  return changeBetween(clusters, links, isTouched);
}

/** Whether a field is filled that the model that is there never saw. */
async function hasNewField(db: Queryable, entity: MatchedEntity, filled: readonly string[]): Promise<boolean> {
  const [row] = await db.query<{ content: string }>(sql`/* match.content */
    select content from match.model where entity = ${entity.name}`);
  const known = row && thaw(row.content).filled;
  return known !== undefined && filled.some((field) => !known.has(field));
}
