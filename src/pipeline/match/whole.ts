/** All records of an entity compared: a model trained on them, their pairs in `match.pair`, and their keys for what moves later. */
import { createReadStream, createWriteStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import type { Keys } from './blocks.ts';
import type { MatchEntity } from './definition.ts';
import { matchRecords, type MatchResult } from './engine.ts';
import { decisionOf } from './evidence.ts';
import { fieldsOf, newestVersion, rowsSql } from './evidence-rows.ts';
import { freeze } from './frozen.ts';
import { evidenceByPattern } from './output.ts';
import { type Records, readRecords } from './read-records.ts';
import { scanCsv } from './scan-csv.ts';
import { csvRow, writeLines } from './write-csv.ts';

export async function matchWhole(context: Context, entity: MatchEntity, engineVersion: number): Promise<StageResult> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-match-'));
  const file = (name: string) => join(folder, `${name}.csv`);
  try {
    // Before the rows are read: what moves meanwhile is looked at again, never missed.
    const version = await newestVersion(context.db, context.definitions, entity, context.run.connectionId);
    const records = await load(context, entity, file('evidence'));
    if (records === null) return await forget(context, entity);
    const result = await matchRecords(records, {
      beforeRelease: (wordKeys) => writeRecords(records, wordKeys, file('records')),
    });
    await writePairs(records, result, entity, context.run.id, file('pairs'));
    const { recordCount } = records;
    const model = { content: freeze(result.model), engineVersion, recordCount, version };
    await store(context, entity, { records: file('records'), pairs: file('pairs') }, model);
    const notComparedPairCount = result.ruleCounts.reduce((sum, { notComparedPairCount: count }) => sum + count, 0);
    const {
      candidatePairCount,
      clusterCount,
      model: { threshold },
      pairs,
    } = result;
    const changedCount = pairs.score.reduce((sum, weight) => sum + (weight > threshold.review ? 1 : 0), 0);
    return { readCount: recordCount, changedCount, detail: { candidatePairCount, clusterCount, notComparedPairCount } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kept cells of the records. */
const [connectionCell, idCell, hashCell] = [0, 1, 2];

/** Out of PostgreSQL by COPY; null where there is no record. */
async function load(context: Context, entity: MatchEntity, file: string): Promise<Records | null> {
  const fields = await fieldsOf(context.db, entity);
  await context.db.transaction((tx) =>
    tx.copyOut(
      `/* match.read */ copy (${rowsSql(entity, fields)} order by p.connection_id collate "C", p.id collate "C") to stdout (format csv, header)`,
      createWriteStream(file),
    ),
  );
  const head = await scanCsv(file);
  if (head.rowCount === 0) return null;
  const place = (name: string) => head.columns.indexOf(name);
  const kept = ['connection_id', 'id', 'hash'].map(place);
  return readRecords(file, head, { entity, fields, extras: [] }, fields.map(place), kept);
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
        decisionOf(result, at),
        weight > model.threshold.review ? evidence(pairs.pattern[at] as number) : '[]',
        model.rules[pairs.rule[at] as number] ?? '',
      ]);
    }
  });
}

/** Nobody is left: no pairs, and no model until somebody comes. */
async function forget(context: Context, entity: MatchEntity): Promise<StageResult> {
  return context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select pg_advisory_xact_lock(hashtext(${`match.${entity}`}))`);
    const gone = await tx.query(sql`/* match.clear */ delete from match.pair where entity = ${entity} returning 1`);
    for (const table of ['model', 'state', 'increment', 'progress'])
      await tx.query(sql`/* match.forget */ delete from ${identifier('match', table)} where entity = ${entity}`);
    return { readCount: 0, changedCount: gone.length };
  });
}

type Trained = { content: string; engineVersion: number; recordCount: number; version: string | null };

async function store(
  context: Context,
  entity: MatchEntity,
  files: { records: string; pairs: string },
  { content, engineVersion, recordCount, version }: Trained,
): Promise<void> {
  const { connectionId, id: runId } = context.run;
  const id = `mdl_${randomUUID()}`;
  const table = identifier('match', `${entity}_record`);
  await context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select pg_advisory_xact_lock(hashtext(${`match.${entity}`}))`);
    await tx.query(sql`/* match.clear */ delete from match.pair where entity = ${entity}`);
    await tx.copyIn(
      '/* match.pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence, rule) from stdin (format csv)',
      createReadStream(files.pairs),
    );
    // A new table: filling an index of keys row by row takes ten times as long.
    await tx.query(sql`/* match.drop */ drop table if exists ${table}`);
    await tx.query(sql`/* match.create */ create table ${table} (
      connection_id text not null, id text not null, hash text not null, keys bigint[] not null)`);
    await tx.copyIn(
      `/* match.records */ copy match.${entity}_record from stdin (format csv)`,
      createReadStream(files.records),
    );
    await tx.query(sql`/* match.key */ alter table ${table} add primary key (connection_id, id)`);
    await tx.query(sql`/* match.index */ create index on ${table} using gin (keys) with (fastupdate = off)`);
    await tx.query(sql`/* match.analyze */ analyze ${table}`);
    await tx.query(sql`/* match.model */ insert into match.model
      values (${entity}, ${id}, ${engineVersion}, ${content}, ${context.clock.now()}, ${runId}, ${recordCount})
      on conflict (entity) do update set (id, engine_version, content, trained_at, run_id, trained_count, moved_count)
        = row (excluded.id, excluded.engine_version, excluded.content, excluded.trained_at, excluded.run_id, excluded.trained_count, 0)`);
    await tx.query(sql`/* match.increments */ delete from match.increment where entity = ${entity}`);
    await tx.query(sql`/* match.state */ insert into match.state values (${entity}, ${id}, ${runId})
      on conflict (entity) do update set fingerprint = excluded.fingerprint, run_id = excluded.run_id`);
    if (version !== null) {
      await tx.query(sql`/* match.progress */ insert into match.progress values (${entity}, ${connectionId}, ${version})
        on conflict (entity, connection_id) do update set version = excluded.version`);
    }
  });
}
