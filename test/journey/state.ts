/** Everything a run leaves behind, table by table, in words that two databases with the same history share. */
import { raw } from 'sql-template-tag';
import sql from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';

const schemas = ['mirror', 'standard', 'match', 'golden', 'quality', 'alert', 'unified', 'pipeline'];

/** Made up anew by each run, or the moment at which it happened to look. */
const ownOfRun = new Set([
  '_version',
  '_run_id',
  'run_id',
  'seen_run_id',
  'minted_run_id',
  'since_run_id',
  'opened_run_id',
  'last_seen_run_id',
  'closed_run_id',
  'first_run_id',
  'updated_run_id',
  'resolved_run_id',
  'announced_at',
  'described_at',
  'high_water_at',
  'minted_at',
  'retired_at',
  'at',
  'opened_at',
  'last_seen_at',
  'closed_at',
  'first_seen_at',
  'measured_at',
  'resolved_at',
  'published_at',
  'not_before',
  'created_at',
  'finished_at',
  'sequence',
  'attempts',
  'job_id',
  'since_at',
  'until_at',
  'until_run_id',
  'formulas_read_at',
  'ids_compared_at',
  'history_seeded_at',
  // How often a pull found nothing new: an interrupted one looks once more.
  'quiet_count',
  'frozen_count',
  'pipeline.mark.version',
  'pipeline.mark.whole_version',
  'pipeline.mark.hash',
  'golden.touched.version',
  'quality.finding.version',
  'quality.judged.is_due',
  'judged_at',
  'mirror.alias.version',
  'match.touched.version',
  'trained_at',
  // How far the values were tried goes by how much one publication had to do.
  'unified.publication.band_because',
  'unified.publication.pairs_merged',
]);
/** Where these two are Salesforce's own and so content. */
const recordTimes = new Set(['standard created_at', 'unified created_at']);

/**
 * Table -> its rows as sorted lines; but for the evidence of rules, which is worked out some time after a run, and
 * for what values would be if pairs were merged, which a publication of little leaves to a larger one. Golden ids are named after their members, ids of findings and incidents left out.
 */
export async function stateOf(db: Db): Promise<Record<string, string[]>> {
  const names = await goldenNames(db);
  const tables = await db.query<{ schema: string; name: string }>(sql`select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = any(${schemas}) 
      and c.relname not in ('rule_evidence', 'metric_band') order by 1, 2`);
  const state: Record<string, string[]> = {};
  for (const { schema, name } of tables) {
    const rows = await db.query<{ row: Record<string, unknown> }>(sql`select to_jsonb(t) as row
      from ${identifier(schema, name)} t`);
    state[`${schema}.${name}`] = rows.map(({ row }) => lineOf(`${schema}.${name}`, row, names)).sort();
  }
  return state;
}

function lineOf(table: string, row: Record<string, unknown>, names: Map<string, string>): string {
  const kept = Object.entries(row).filter(
    ([column]) =>
      (!ownOfRun.has(column) && !ownOfRun.has(`${table}.${column}`)) ||
      recordTimes.has(`${table.split('.')[0]} ${column}`),
  );
  return (
    JSON.stringify(Object.fromEntries(kept))
      .replaceAll(/\b(fnd|inc|run)_[0-9a-f]{8}-[0-9a-f-]{27}/g, '$1')
      // What is left are golden ids, of whatever entities there are.
      .replaceAll(/\b[a-z]{3}_[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => names.get(id) ?? 'retired')
  );
}

/** At most three lines of each table that the other lacks, from where the nearest differs: a whole table in a report helps nobody. */
export function differences(left: Record<string, string[]>, right: Record<string, string[]>): string[] {
  const lacking = (table: string, from: string[], of: string[], mark: string) => {
    const known = new Set(of);
    const lines = from.filter((line) => !known.has(line));
    const shown = lines.slice(0, 3).map((line) => line.slice(Math.max(0, sharedLength(line, of) - 100)).slice(0, 400));
    return shown.map((part) => `${table} ${mark} (${lines.length}) …${part}`);
  };
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((table) => {
    const [ours = [], theirs = []] = [left[table], right[table]];
    const told = [...lacking(table, ours, theirs, 'only left'), ...lacking(table, theirs, ours, 'only right')];
    return told.length > 0 || ours.length === theirs.length
      ? told
      : [`${table} ${ours.length} against ${theirs.length} rows`];
  });
}

/** How long the start is that the line shares with one of these. */
function sharedLength(line: string, others: string[]): number {
  const shared = (other: string) => {
    let at = 0;
    while (at < line.length && line[at] === other[at]) at += 1;
    return at;
  };
  return Math.max(0, ...others.map(shared));
}

/** Golden id -> the smallest record it stands for. */
async function goldenNames(db: Db): Promise<Map<string, string>> {
  const rows = await db.query<{ golden_id: string; name: string }>(
    sql`select golden_id, entity || ':' || min(id) as name from golden.crosswalk group by golden_id, entity`,
  );
  return new Map(rows.map(({ golden_id: id, name }) => [id, name]));
}

/** Nothing that must exist once exists twice. */
export async function nothingDoubled(db: Db): Promise<string[]> {
  const doubled: string[] = [];
  const check = async (what: string, from: string) => {
    const rows = await db.query(raw(`select 1 from (${from}) d`));
    if (rows.length > 0) doubled.push(`${what}: ${rows.length}`);
  };
  await check('run published twice', 'select run_id from unified.publication group by run_id having count(*) > 1');
  await check(
    'generation left out',
    'select 1 from unified.publication having count(*) <> max(generation) or min(generation) <> 1',
  );
  await check(
    'open finding twice',
    'select rule_id from quality.finding where closed_at is null group by rule_id, connection_id, record_id having count(*) > 1',
  );
  await check(
    'finding opened and closed by one run',
    'select 1 from quality.finding where opened_run_id = closed_run_id',
  );
  await check('active run', `select 1 from control.run where state in ('queued', 'running', 'canceling')`);
  await check('unsent job', 'select 1 from control.outbox where sent_at is null');
  return doubled;
}
