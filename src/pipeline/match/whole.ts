/** All records of an entity compared: a model trained on them, their pairs in `match.pair`, and their keys for what moves later. */
import { createReadStream, createWriteStream } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import sql from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import type { Layout, MatchEntity } from './definition.ts';
import { matchRaw, type MatchResult } from './engine.ts';
import { decisionSql, prepareEvidence } from './evidence.ts';
import { fieldsOf, newestVersion, rowsSql } from './evidence-rows.ts';
import { freeze } from './frozen.ts';
import { codesSql } from './keys.ts';

export async function matchWhole(context: Context, entity: MatchEntity, engineVersion: number): Promise<StageResult> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-match-'));
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: folder });
  const duck = await instance.connect();
  const [records, pairs] = [join(folder, 'records.csv'), join(folder, 'pairs.csv')];
  try {
    // Before the rows are read: what moves meanwhile is looked at again, never missed.
    const version = await newestVersion(context.db, context.definitions, entity, context.run.connectionId);
    const layout = await load(context, entity, duck, records);
    const result = await matchRaw(duck, layout, {
      whilePlain: (of, filled) => writeRecords(duck, of, filled, records),
    });
    const changedCount = await writePairs(duck, result, entity, context.run.id, pairs);
    const model = {
      content: await freeze(duck, result.model),
      engineVersion,
      recordCount: result.recordCount,
      version,
    };
    await store(context, entity, { records, pairs }, model);
    const notComparedPairCount = result.ruleCounts.reduce((sum, { notComparedPairCount: count }) => sum + count, 0);
    const { candidatePairCount, clusterCount, recordCount } = result;
    return { readCount: recordCount, changedCount, detail: { candidatePairCount, clusterCount, notComparedPairCount } };
  } finally {
    duck.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Out of PostgreSQL by COPY. */
async function load(context: Context, entity: MatchEntity, duck: DuckDBConnection, file: string): Promise<Layout> {
  const fields = await fieldsOf(context.db, entity);
  await context.db.transaction((tx) =>
    tx.copyOut(
      `/* match.read */ copy (${rowsSql(entity, fields)}) to stdout (format csv, force_quote *)`,
      createWriteStream(file),
    ),
  );
  const types = ['connection_id', 'id', 'hash', ...fields].map((name) => `'${name}': 'VARCHAR'`).join(', ');
  await duck.run(`/* match.load */ create table loaded as select * from read_csv('${file}', columns = {${types}}, auto_detect = false,
    header = false, delim = ',', quote = '"', escape = '"', nullstr = '', max_line_size = 16777216, buffer_size = 67108864)
    order by connection_id, id`);
  await duck.run('create view raw as select rowid::integer as place, * exclude (connection_id, id, hash) from loaded');
  return { entity, fields, extras: [] };
}

async function writeRecords(
  duck: DuckDBConnection,
  layout: Layout,
  filled: ReadonlySet<string>,
  file: string,
): Promise<void> {
  await duck.run(`/* match.record */ copy (
    select l.connection_id, l.id, l.hash, '{' || array_to_string(p.codes, ',') || '}'
    from (select place, ${codesSql(layout, filled)} as codes from plain) p join loaded l on l.rowid = p.place) to '${file}' (format csv, header false)`);
}

/** Those to show, with their evidence, and those that speak against a merge. */
async function writePairs(
  duck: DuckDBConnection,
  { model }: MatchResult,
  entity: string,
  runId: string,
  file: string,
): Promise<number> {
  const { review } = model.threshold;
  await prepareEvidence(duck, model, review);
  await duck.run(`/* match.write */ copy (
    select '${entity}', '${runId}', a.connection_id, a.id, b.connection_id, b.id, s.weight, 1 / (1 + pow(2, -s.weight)), ${decisionSql(model)},
      coalesce(e.fields, '[]'), u.name
    from scored s join loaded a on a.rowid = s.l join loaded b on b.rowid = s.r join cluster cl on cl.rowid = s.l
    join cluster cr on cr.rowid = s.r left join evidence e on e.pid = s.pid and s.weight > ${review} join rule u on u.rule = s.rule)
    to '${file}' (format csv, header false)`);
  const written = await duck.runAndReadAll(`select count(*) from scored where weight > ${review}`);
  return Number(written.getRows()[0]?.[0] ?? 0);
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
