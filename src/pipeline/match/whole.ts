/** All records of an entity compared: a model trained on them, their pairs in `match.pair`, and their keys for what moves later. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { lockOf, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { keySql } from '../../db/record-key.ts';
import { keyOf } from '../../model/record-key.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import { dropMarks, everyOrg, putMarks } from '../marks.ts';
import type { Keys } from '../../matcher/block/blocks.ts';
import { matchRecords, type MatchResult } from '../../matcher/engine.ts';
import { resultDecision } from '../../matcher/evidence.ts';
import { fieldsOf, newestVersion, rowsSql, type MatchedEntity } from './evidence-rows.ts';
import { freeze, thaw } from '../../matcher/weigh/frozen.ts';
import type { Label } from '../../matcher/weigh/label.ts';
import { newestLabel, readDecided } from './decisions.ts';
import {
  type TrainingCause,
  changeBetween,
  isTooMuch,
  type ModelChange,
  noChange,
} from '../../matcher/weigh/model-change.ts';
import { evidenceByPattern } from '../../matcher/output.ts';
import { readCsv } from '../../matcher/read/read-csv.ts';
import type { Records } from '../../matcher/read/read-records.ts';
import { csvRow, writeLines } from '../../matcher/read/write-csv.ts';

/** A model that was put aside, as it would have changed too much that nobody touched: the one before goes on. */
export type Held = { heldId: string; cause: TrainingCause; change: ModelChange };

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
    const records = await load(context, entity, file('evidence'));
    if (records === null) return await forget(context, entity);
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
    const training = {
      id: `mdl_${uuidv7()}`,
      cause: hasField ? ('field' as const) : cause,
      held,
      labelCount: labels.length,
      oldWrongCount: cause === 'first' ? null : decided.filter(({ same, wasLinked }) => same !== wasLinked).length,
      newWrongCount: result.wrongLabelCount,
      change: change ?? noChange,
    };
    if (held) {
      await putAside(context, entity, reviewVersion, training);
      return { heldId: training.id, cause, change: training.change };
    }
    await writePairs(records, result, entity.name, context.run.id, file('pairs'));
    const { recordCount } = records;
    const model = { content: freeze(result.model), engineVersion, recordCount, progress, reviewVersion };
    await store(context, entity, { records: file('records'), pairs: file('pairs') }, model, training);
    const notComparedPairCount = result.ruleCounts.reduce((sum, { notComparedPairCount: count }) => sum + count, 0);
    const { candidatePairCount, clusterCount, pairs } = result;
    const { review } = result.model.threshold;
    const changedCount = pairs.score.reduce((sum, weight) => sum + (weight > review ? 1 : 0), 0);
    const detail = {
      candidatePairCount,
      clusterCount,
      notComparedPairCount,
      trainedBecause: training.cause,
      ...change,
    };
    return { readCount: recordCount, changedCount, detail };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Progress = { connection_id: string; version: string };

/** Up to where each org's rows are sure to be among those read from now on. @param version of the run's own org */
async function readProgress({ db, run }: Context, entity: MatchedEntity, version: string | null): Promise<Progress[]> {
  const others = await db.query<Progress>(sql`/* match.others */ select connection_id, version from pipeline.mark
    where stage = 'match' and subject = ${entity.name} and source = 'standardise' and connection_id <> ${run.connectionId}`);
  return version === null ? others : [...others, { connection_id: run.connectionId, version }];
}

const recordAt = (records: Records, place: number) => ({
  connection_id: records.kept(connectionCell, place),
  id: records.kept(idCell, place),
});

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
): Promise<ModelChange | null> {
  const table = `match.${entity.name}_record`;
  const [has] = await db.query<{ has: boolean }>(sql`/* match.had */ select to_regclass(${table}) is not null as has`);
  if (!has?.has) return null;
  const known = await db.query<{ key: string; hash: string }>(sql`/* match.hashes */
    select ${keySql('r')} as key, r.hash from ${identifier('match', `${entity.name}_record`)} r`);
  const hashes = new Map(known.map(({ key, hash }) => [key, hash]));
  const places = new Map<string, number>();
  const isTouched = new Uint8Array(records.recordCount);
  for (let place = 0; place < records.recordCount; place += 1) {
    const key = keyOf(recordAt(records, place));
    places.set(key, place);
    if (hashes.get(key) !== records.kept(hashCell, place)) isTouched[place] = 1;
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

/** Kept cells of the records. */
const [connectionCell, idCell, hashCell] = [0, 1, 2];

/** Out of PostgreSQL by COPY; null where there is no record. */
async function load(context: Context, entity: MatchedEntity, file: string): Promise<Records | null> {
  const fields = await fieldsOf(context.db, entity.name);
  await context.db.transaction((tx) =>
    tx.copyOut(
      `/* match.read */ copy (${rowsSql(entity, fields)} order by p.connection_id collate "C", p.id collate "C") to stdout (format csv, header)`,
      createWriteStream(file),
    ),
  );
  // Where rowsSql has what.
  const kept = [connectionCell, idCell, hashCell];
  const columns = fields.map((_, at) => kept.length + at);
  const layout = { entity: entity.kind, fields, extras: [] };
  const { records } = await readCsv(file, () => ({ layout, columns, kept }));
  return records;
}

async function writeRecords(records: Records, wordKeys: (column: string) => Keys, file: string): Promise<void> {
  await writeLines(file, function* () {
    let place = 0;
    for (const codes of records.codes(wordKeys)) {
      const cells = [connectionCell, idCell, hashCell].map((cell) => records.kept(cell, place));
      yield csvRow([...cells, `{${codes.join(',')}}`]);
      place += 1;
    }
  });
}

/** Those to show, with their evidence, and those that speak against a merge. */
async function writePairs(
  records: Records,
  result: MatchResult,
  entity: string,
  runId: string,
  file: string,
): Promise<void> {
  const { model, pairs } = result;
  const evidence = evidenceByPattern(result);
  const key = (place: number) => [records.kept(connectionCell, place), records.kept(idCell, place)];
  await writeLines(file, function* () {
    for (const [at, weight] of pairs.score.entries()) {
      yield csvRow([
        entity,
        runId,
        ...key(pairs.left[at] as number),
        ...key(pairs.right[at] as number),
        String(weight),
        String(1 / (1 + 2 ** -weight)),
        resultDecision(result, at),
        weight > model.threshold.review ? evidence(pairs.pattern[at] as number) : '[]',
        model.rules[pairs.rule[at] as number] ?? '',
      ]);
    }
  });
}

/** Nobody is left: no pairs, and no model until somebody comes. */
async function forget(context: Context, entity: MatchedEntity): Promise<StageResult> {
  return context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select ${lockOf(`match.${entity.name}`)}`);
    const gone = await tx.query(
      sql`/* match.clear */ delete from match.pair where entity = ${entity.name} returning 1`,
    );
    const had = await tx.query(
      sql`/* match.forget */ delete from match.model where entity = ${entity.name} returning 1`,
    );
    if (had.length > 0) await markWhole(tx, entity, []);
    return { readCount: 0, changedCount: gone.length };
  });
}

type Trained = {
  content: string;
  engineVersion: number;
  recordCount: number;
  progress: Progress[];
  reviewVersion: string;
};
type Training = {
  id: string;
  cause: TrainingCause;
  held: boolean;
  labelCount: number;
  oldWrongCount: number | null;
  newWrongCount: number;
  change: ModelChange;
};

async function record(tx: Transaction, context: Context, entity: MatchedEntity, training: Training): Promise<void> {
  const { id, cause, held, labelCount, oldWrongCount, newWrongCount, change } = training;
  await tx.query(sql`/* match.change */ insert into match.model_change (id, entity, run_id, at, cause, held, label_count, old_wrong_count,
      new_wrong_count, unchanged_count, added_count, removed_count, split_count, merged_count, changed_record_count)
    values (${id}, ${entity.name}, ${context.run.id}, ${context.clock.now()}, ${cause}, ${held}, ${labelCount}, ${oldWrongCount}, ${newWrongCount},
      ${change.unchangedCount}, ${change.addedCount}, ${change.removedCount}, ${change.splitCount}, ${change.mergedCount},
      ${change.changedRecordCount})`);
}

/** Nothing is tried again before as much has moved, or been decided, once more. */
async function putAside(
  context: Context,
  entity: MatchedEntity,
  reviewVersion: string,
  training: Training,
): Promise<void> {
  await context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select ${lockOf(`match.${entity.name}`)}`);
    await record(tx, context, entity, training);
    await tx.query(sql`/* match.aside */ update match.model set moved_count = 0, review_version = ${reviewVersion}
      where entity = ${entity.name}`);
  });
  const { change, ...rest } = training;
  context.log.warn({ entity: entity.name, ...rest, ...change }, 'a new model was put aside until somebody accepts it');
}

async function store(
  context: Context,
  entity: MatchedEntity,
  files: { records: string; pairs: string },
  { content, engineVersion, recordCount, progress, reviewVersion }: Trained,
  training: Training,
): Promise<void> {
  const { id: runId } = context.run;
  const { id } = training;
  const table = identifier('match', `${entity.name}_record`);
  await context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select ${lockOf(`match.${entity.name}`)}`);
    await tx.query(sql`/* match.clear */ delete from match.pair where entity = ${entity.name}`);
    await tx.copyIn(
      '/* match.pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence, rule) from stdin (format csv)',
      createReadStream(files.pairs),
    );
    // A new table: filling an index of keys row by row takes ten times as long.
    await tx.query(sql`/* match.drop */ drop table if exists ${table}`);
    await tx.query(sql`/* match.create */ create table ${table} (
      connection_id text not null, id text not null, hash text not null, keys bigint[] not null)`);
    await tx.copyIn(
      `/* match.records */ copy match.${entity.name}_record from stdin (format csv)`,
      createReadStream(files.records),
    );
    await tx.query(sql`/* match.key */ alter table ${table} add primary key (connection_id, id)`);
    await tx.query(sql`/* match.index */ create index on ${table} using gin (keys) with (fastupdate = off)`);
    await tx.query(sql`/* match.analyze */ analyze ${table}`);
    await tx.query(sql`/* match.model */ insert into match.model
      values (${entity.name}, ${id}, ${engineVersion}, ${content}, ${context.clock.now()}, ${runId}, ${recordCount}, 0, ${reviewVersion})
      on conflict (entity) do update set (id, engine_version, content, trained_at, run_id, trained_count, moved_count, review_version)
        = row (excluded.id, excluded.engine_version, excluded.content, excluded.trained_at, excluded.run_id, excluded.trained_count, 0,
          excluded.review_version)`);
    await record(tx, context, entity, training);
    await markWhole(tx, entity, progress);
  });
  const { change, ...rest } = training;
  context.log.info({ entity: entity.name, ...rest, ...change }, 'a new model took over');
}

/** Another org may have been brought up to date since the rows were read: what moved there is looked at again. */
async function markWhole(tx: Transaction, entity: MatchedEntity, progress: readonly Progress[]): Promise<void> {
  await tx.query(sql`/* match.touched */ delete from match.touched where entity = ${entity.name}`);
  await tx.query(sql`/* match.behind */ ${dropMarks('match', entity.name)}`);
  const taken = progress.map((one) => ({
    subject: entity.name,
    source: 'standardise',
    connectionId: one.connection_id,
    version: one.version,
  }));
  const made = {
    subject: entity.name,
    source: 'match',
    connectionId: everyOrg,
    version: sql`nextval('mirror.version')`,
  };
  await tx.query(sql`/* match.marks */ ${putMarks('match', [...taken, made], true)}`);
}
