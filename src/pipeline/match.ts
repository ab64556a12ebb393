/** The evidence of one entity, `standard.<entity>`, into scored pairs in `match.pair`. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import sql from 'sql-template-tag';
import { identifier } from '../db/identifier.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { canonicalFields, type Layout, type MatchEntity } from './match/definition.ts';
import { matchRaw, type MatchResult } from './match/engine.ts';
import { decisionSql, prepareEvidence } from './match/evidence.ts';

/** Raised whenever the same rows may give other pairs. */
const engineVersion = 4;

/** Compares anew when the evidence changed, else does nothing. @param subject name of the entity */
export async function match(context: Context, subject: string): Promise<StageResult> {
  const entity: MatchEntity = subject === 'company' ? 'company' : 'person';
  const table = identifier('standard', entity);
  const [state] = await context.db.query<{
    fingerprint: string;
    count: number;
    known: string | null;
  }>(sql`/* match.fingerprint */
    select ${engineVersion} || ':' || count(*) || ':' || coalesce(md5(string_agg(connection_id || id || _version, ',' order by connection_id, id)), '')
      || ${entity === 'person' ? sql`coalesce((select md5(string_agg(id || name, ',' order by connection_id, id)) from standard.company), '')` : sql`''`} as fingerprint,
      count(*)::int as count, (select fingerprint from match.state where entity = ${entity}) as known from ${table}`);
  if (!state || state.fingerprint === state.known) return { readCount: state?.count ?? 0, changedCount: 0 };
  const folder = await mkdtemp(join(tmpdir(), 'assay-match-'));
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: folder });
  const duck = await instance.connect();
  try {
    const layout = await load(context, entity, duck, join(folder, 'records.csv'));
    const result = await matchRaw(duck, layout);
    const pairs = join(folder, 'pairs.csv');
    const changedCount = await writePairs(duck, result, entity, context.run.id, pairs);
    await store(context, entity, pairs, state.fingerprint);
    const notComparedPairCount = result.ruleCounts.reduce((sum, { notComparedPairCount: count }) => sum + count, 0);
    const { candidatePairCount, clusterCount } = result;
    return { readCount: state.count, changedCount, detail: { candidatePairCount, clusterCount, notComparedPairCount } };
  } finally {
    duck.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Out of PostgreSQL by COPY; a lead's company is as written, a contact's that of its account. */
async function load(context: Context, entity: MatchEntity, duck: DuckDBConnection, file: string): Promise<Layout> {
  const table = `standard.${entity}`;
  const present = await context.db.query<{ name: string }>(sql`/* match.columns */
    select column_name as name from information_schema.columns where table_schema = 'standard' and table_name = ${entity}`);
  const names = new Set<string>(present.map(({ name }) => name));
  const fields = canonicalFields.filter((field) => names.has(field));
  const columns = fields.map((field) => (field === 'company' ? 'coalesce(p.company, c.name)' : `p.${field}`));
  const employer =
    entity === 'person'
      ? 'left join standard.company c on c.connection_id = p.connection_id and c.id = p.company_id'
      : '';
  await context.db.transaction((tx) =>
    tx.copyOut(
      `/* match.read */ copy (select p.connection_id, p.id, ${columns.join(', ')} from ${table} p ${employer}) to stdout (format csv, force_quote *)`,
      createWriteStream(file),
    ),
  );
  const types = ['connection_id', 'id', ...fields].map((name) => `'${name}': 'VARCHAR'`).join(', ');
  await duck.run(`/* match.load */ create table loaded as select * from read_csv('${file}', columns = {${types}}, auto_detect = false,
    header = false, delim = ',', quote = '"', escape = '"', nullstr = '', max_line_size = 16777216, buffer_size = 67108864)
    order by connection_id, id`);
  await duck.run('create view raw as select rowid::integer as place, * exclude (connection_id, id) from loaded');
  return { entity, fields, extras: [] };
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

async function store(context: Context, entity: MatchEntity, file: string, fingerprint: string): Promise<void> {
  await context.write(async (tx) => {
    await tx.query(sql`/* match.clear */ delete from match.pair where entity = ${entity}`);
    await tx.copyIn(
      '/* match.pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence, rule) from stdin (format csv)',
      createReadStream(file),
    );
    await tx.query(sql`/* match.state */ insert into match.state values (${entity}, ${fingerprint}, ${context.run.id})
      on conflict (entity) do update set fingerprint = excluded.fingerprint, run_id = excluded.run_id`);
  });
}
