/** `npm run bench -- incremental`: one changed record on a large store, from its new pairs to its golden record, in milliseconds. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import { loadDefinitions } from '../config/index.ts';
import { connect, type Db } from '../src/db/connect.ts';
import { startEmbeddedPostgres } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { silentLog, systemClock } from '../src/model/ports.ts';
import { newRunId } from '../src/model/run.ts';
import { cluster } from '../src/pipeline/cluster.ts';
import type { Context } from '../src/pipeline/context.ts';
import { standardise } from '../src/pipeline/standardise.ts';
import { survive } from '../src/pipeline/survive.ts';
import { workFolder } from './peers/folders.ts';
import { writeReport } from './report.ts';
import { table } from './table.ts';

export type IncrementalOptions = { records: string; changes: string; json?: string };

/**
 * People in groups of three who are one, a fourth who is unsure of them; made in the database, so that nothing but
 * clustering, ids, the review queue and survivorship is measured. Finding the pairs of the changed record is not in it.
 */
export async function incremental(options: IncrementalOptions): Promise<void> {
  const [count, changes] = [Number(options.records), Number(options.changes)];
  const folder = join(await workFolder('incremental'), 'postgres');
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    const context = await contextOf(db);
    await makeStore(db, context, count);
    const whole = await timed(async () => {
      await cluster(context(), 'person');
      await survive(context(), 'person');
    });
    const each: { cluster: number; survive: number }[] = [];
    for (let at = 0; at < changes; at += 1) {
      await change(db, 1 + ((at * 7919) % count), at);
      const clustering = await timed(() => cluster(context(), 'person'));
      const surviving = await timed(() => survive(context(), 'person'));
      each.push({ cluster: clustering, survive: surviving });
    }
    const of = (name: string, values: number[]) => {
      const sorted = values.toSorted((a, b) => a - b);
      const quantile = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
      return [name, quantile(0.5), quantile(0.95), sorted.at(-1) ?? null];
    };
    const rows = [
      of(
        'cluster, ids, review queue',
        each.map((one) => one.cluster),
      ),
      of(
        'survive',
        each.map((one) => one.survive),
      ),
      of(
        'both',
        each.map((one) => one.cluster + one.survive),
      ),
    ];
    console.log(table(['one changed record, ms', 'median', 'p95', 'most'], rows, 1));
    console.log(
      `\n${count} records; all of them at once: ${(whole / 1000).toFixed(1)} s. Comparing is not in these times.`,
    );
    await writeReport(options.json, 'incremental', { count, changes, wholeSeconds: whole / 1000, each });
  } finally {
    await db.close();
    await server.stop();
  }
}

async function contextOf(db: Db): Promise<() => Context> {
  const definitions = await loadDefinitions();
  return () => ({
    db,
    run: { id: newRunId(), connectionId: 'default', mode: 'incremental', objects: null },
    definitions,
    get source(): never {
      throw new Error('no stage measured here reads Salesforce');
    },
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    report: () => undefined,
    write: (work) => db.transaction(work),
  });
}

async function makeStore(db: Db, context: () => Context, count: number): Promise<void> {
  for (const object of ['Contact', 'Lead', 'Account', 'Opportunity']) await standardise(context(), object);
  const id = raw(`'003' || lpad(n::text, 15, '0')`);
  await db.query(sql`insert into standard.contact (connection_id, id, _version, last_name, email, is_deleted, modified_at)
    select 'default', ${id}, n, 'Name ' || n / 4, 'p' || n || '@x.io', false, '2026-01-01' from generate_series(1, ${count}::int) n`);
  await db.query(sql`insert into standard.person (connection_id, object, id, _version, last_name, email, modified_at)
    select connection_id, 'Contact', id, _version, last_name, email, modified_at from standard.contact`);
  const other = (step: number) => raw(`'003' || lpad((n + ${step})::text, 15, '0')`);
  for (const [step, when, weight] of [
    [1, 'n % 4 in (0, 1)', 12],
    [2, 'n % 4 = 0', 10],
    [1, 'n % 4 = 2', -1.5],
  ] as const) {
    await db.query(sql`insert into match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence)
      select 'person', 'run_1', 'default', ${id}, 'default', ${other(step)}, ${weight}::float8, 0.5, ${weight > 0 ? 'link' : 'review'}, '[]'
      from generate_series(4, ${count - 4}::int) n where ${raw(when)}`);
  }
  await db.query(sql`insert into match.state (entity, fingerprint, run_id) values ('person', '0', 'run_1')`);
  await db.query(raw('analyze'));
}

/** The record gets another e-mail and its pairs another weight, as match would leave them. */
async function change(db: Db, number: number, at: number): Promise<void> {
  const id = `003${String(number).padStart(15, '0')}`;
  await db.query(sql`with moved as (select nextval('mirror.version') + 1000000000 as version)
    update standard.contact set _version = version, email = ${`new${at}@x.io`}, modified_at = now() from moved where id = ${id}`);
  await db.query(sql`update standard.person p set _version = c._version, email = c.email, modified_at = c.modified_at
    from standard.contact c where c.id = p.id and p.connection_id = 'default' and p.id = ${id}`);
  await db.query(
    sql`update match.pair set weight = -weight where entity = 'person' and l_connection_id = 'default' and l_id = ${id}`,
  );
  await db.query(sql`update match.state set fingerprint = ${String(at + 1)} where entity = 'person'`);
  await db.query(sql`with made as (insert into match.increment (entity, from_fingerprint, to_fingerprint, run_id)
      values ('person', ${String(at)}, ${String(at + 1)}, 'run_1') returning sequence)
    insert into match.touched select sequence, 'default', ${id} from made`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}
