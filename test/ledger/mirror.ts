/** The real pull over HTTP into a connection of the script's own, with its deaths, and what the mirror then says. */
import { randomBytes } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import type { Db, Transaction } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { DomainError } from '../../src/model/errors.ts';
import { silentLog } from '../../src/model/ports.ts';
import { newRunId } from '../../src/model/run.ts';
import type { Source } from '../../src/model/source.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import type { LedgerOrg } from './org.ts';
import { objects, type ObjectName, type Sync } from './script.ts';

/** Rows of a page of a sync by bulk job: an org of dozens then has many. */
export const smallPage = 5;

/** The process is no more: whatever it tried afterwards does not happen. */
export class Died extends Error {}

type MirrorRow = { id: string; isDeleted: boolean; row: Record<string, unknown> };
type MirrorColumn = { field: string; column_name: string; pg_type: string };

export async function openMirror(db: Db, definitions: Definitions, org: LedgerOrg) {
  const connectionId = `ledger_${randomBytes(6).toString('hex')}`;
  const customFields = await org.forgetFields();
  for (const object of objects) {
    // The last life's columns would be of its types.
    const drops = customFields.map((field) => `drop column if exists ${field.toLowerCase()}`).join(', ');
    await db.query(sql`alter table if exists mirror.${raw(object.toLowerCase())} ${raw(drops)}`);
  }
  await db.query(sql`delete from mirror.field where field = any(${customFields}::text[])`);
  await db.query(sql`insert into control.connection (id, name) values (${connectionId}, 'ledger')`);
  let runId = newRunId();

  const source = (bulk: boolean): Source =>
    openSalesforce({
      loginUrl: org.emulator.loginUrl,
      clientId: org.emulator.clientId,
      clientSecret: org.emulator.clientSecret,
      apiVersion: '62.0',
      timing: { retryDelay: 1, pollDelay: 1, maxPollDelay: 5 },
      exports: bulk ? { restRows: 0, pageRows: smallPage } : {},
    });

  /** One run over all objects. Returns the fault that ended it, null when it came through. */
  async function sync({
    full,
    bulk,
    death,
    database,
  }: Omit<Sync, 'kind' | 'during' | 'faults'>): Promise<Error | null> {
    if (!death?.sameRun) runId = newRunId();
    const stop = new AbortController();
    let writes = 0;
    let isStruck = false;
    const context: Context = {
      db,
      run: { id: runId, connectionId, mode: full ? 'full' : 'auto', objects: null },
      definitions,
      source: source(bulk),
      clock: { now: org.now },
      log: silentLog,
      signal: stop.signal,
      report() {},
      async write(work) {
        if (stop.signal.aborted) throw new Died();
        writes += 1;
        const strikes = database !== null && writes === database.write;
        const isLast = death !== null && writes === death.write;
        const done = await db.transaction(async (tx) => {
          const result = await work(tx);
          if (strikes && !isStruck) {
            isStruck = true;
            await strike(tx, database.code);
          }
          if (stop.signal.aborted || (isLast && !death.committed)) {
            stop.abort(new Died());
            throw new Died();
          }
          return result;
        });
        if (isLast) {
          stop.abort(new Died());
          throw new Died();
        }
        return done;
      },
    };
    const ends = await Promise.allSettled(objects.map((object) => pull(context, object)));
    const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    // A fault is told in our own words; anything else is a bug of ours.
    const isInjected = (fault: Error) =>
      isStruck && /^(57P01|53100|25006)$/.test((fault as { code?: string }).code ?? '');
    const bug = faults.find((fault) => !(fault instanceof DomainError) && !isInjected(fault));
    if (bug && !stop.signal.aborted) throw bug;
    return faults[0] ?? null;
  }

  const columnsOf = (object: ObjectName) =>
    db.query<MirrorColumn>(sql`select field, column_name, pg_type from mirror.field
      where connection_id = ${connectionId} and object = ${object} and state = 'visible' and parts is null order by field`);

  const rowsOf = async (object: ObjectName): Promise<MirrorRow[]> => {
    const table = object.toLowerCase();
    const present = await db.query(sql`select from pg_tables where schemaname = 'mirror' and tablename = ${table}`);
    if (present.length === 0) return [];
    return db.query<MirrorRow>(sql`select id, _deleted_at is not null as "isDeleted", to_jsonb(m) as row
      from mirror.${raw(table)} m where connection_id = ${connectionId}`);
  };

  /** Marks and rows in one snapshot: what lies before a mark and is not mirrored. */
  async function aheadOfRows(): Promise<string[]> {
    const present = await db.query<{ name: string }>(sql`select tablename as name from pg_tables
      where schemaname = 'mirror' and tablename = any(${objects.map((object) => object.toLowerCase())}::text[])`);
    return db.transaction(async (tx) => {
      // A column that changes its type rewrites its table, which older snapshots then see empty (PostgreSQL, "MVCC Caveats").
      for (const { name } of present) await tx.query(sql`lock table mirror.${raw(name)} in access share mode`);
      const marks = await tx.query<{ object: ObjectName; at: Date }>(sql`select object, high_water_at as at
        from mirror.watermark where connection_id = ${connectionId}`);
      const wrong: string[] = [];
      for (const { object, at } of marks) {
        const expected = [...org.ledger.get(object)!].flatMap(([id, stamps]) => {
          const before = stamps.filter((stamp) => stamp < at.getTime());
          return before.length > 0 ? [{ id, stamp: new Date(Math.max(...before)).toISOString() }] : [];
        });
        const missing = await tx.query<{ id: string }>(sql`select e.id from
          jsonb_to_recordset(${JSON.stringify(expected)}::jsonb) as e(id text, stamp timestamptz)
          left join mirror.${raw(object.toLowerCase())} m on m.connection_id = ${connectionId} and m.id = e.id
          where m.id is null or (m._deleted_at is null and m.system_modstamp < e.stamp)`);
        wrong.push(
          ...missing.map(({ id }) => `${object} ${id} lies before the mark ${at.toISOString()} and is not there`),
        );
      }
      return wrong;
    }, 'repeatable read');
  }

  /** What the mirror and the org's own export do not share: every visible field of every record, and nothing else. */
  async function differences(): Promise<string[]> {
    const wrong: string[] = [];
    for (const object of objects) {
      const theirs = new Map((await org.export(object)).map((row) => [String(row.Id), row]));
      const columns = await columnsOf(object);
      const ours = new Map((await rowsOf(object)).map((row) => [row.id, row]));
      const [first] = theirs.values();
      const unseen = Object.keys(first ?? {}).filter(
        (field) => field !== 'attributes' && !columns.some((one) => one.field === field),
      );
      if (unseen.length > 0) wrong.push(`${object} lacks the fields ${unseen.join()}`);
      for (const [id, row] of theirs) {
        const mirrored = ours.get(id);
        if (!mirrored || mirrored.isDeleted !== row.IsDeleted) {
          wrong.push(`${object} ${id}: ${mirrored ? `deleted ${mirrored.isDeleted}` : 'missing'} here`);
          continue;
        }
        for (const { field, column_name: column, pg_type: type } of columns) {
          const [org, mirror] = [plain(row[field], type), plain(mirrored.row[column], type)];
          if (org !== mirror)
            wrong.push(
              `${object} ${id}.${field}: org ${String(org).slice(0, 40)}, mirror ${String(mirror).slice(0, 40)}`,
            );
        }
      }
      for (const [id, { isDeleted }] of ours) {
        if (!theirs.has(id) && !isDeleted) wrong.push(`${object} ${id}: gone from the org, here still`);
      }
    }
    return wrong;
  }

  return { sync, aheadOfRows, differences };
}

export type Mirror = Awaited<ReturnType<typeof openMirror>>;

/** In the transaction, as if the server said it by itself. */
async function strike(tx: Transaction, code: NonNullable<Sync['database']>['code']): Promise<void> {
  if (code === '57P01') await tx.query(sql`select pg_terminate_backend(pg_backend_pid())`);
  else await tx.query(raw(`do $$ begin raise exception using errcode = '${code}', message = 'injected'; end $$`));
}

/** A value in the form both sides share; what PostgreSQL cannot hold is as docs/explain/sync.md says: no NUL, U+FFFD for half a pair. */
function plain(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'timestamptz') return new Date(String(value).replace('+0000', 'Z')).toISOString();
  if (type === 'numeric') return Number(value);
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
}
