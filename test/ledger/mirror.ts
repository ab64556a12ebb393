/** The real pull over HTTP into a connection of the script's own, with its deaths, and what the mirror then says. */
import { randomBytes } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { DomainError } from '../../src/model/errors.ts';
import { silentLog } from '../../src/model/ports.ts';
import { newRunId } from '../../src/model/run.ts';
import type { Source } from '../../src/model/source.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { compared, type LedgerOrg } from './org.ts';
import { objects, type ObjectName, type Sync } from './script.ts';

/** Rows of a page of a sync by bulk job: an org of dozens then has many. */
export const smallPage = 5;

/** The process is no more: whatever it tried afterwards does not happen. */
export class Died extends Error {}

export type MirrorRow = { id: string; at: Date | null; isDeleted: boolean; values: (string | null)[] };

export async function openMirror(db: Db, definitions: Definitions, org: LedgerOrg) {
  const connectionId = `ledger_${randomBytes(6).toString('hex')}`;
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
  async function sync({ full, bulk, death }: Pick<Sync, 'full' | 'bulk' | 'death'>): Promise<Error | null> {
    if (!death?.sameRun) runId = newRunId();
    const stop = new AbortController();
    let writes = 0;
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
        const isLast = death !== null && writes === death.write;
        const done = await db.transaction(async (tx) => {
          const result = await work(tx);
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
    const bug = faults.find((fault) => !(fault instanceof DomainError));
    if (bug && !stop.signal.aborted) throw bug;
    return faults[0] ?? null;
  }

  const rowsOf = async (object: ObjectName): Promise<MirrorRow[]> => {
    const table = object.toLowerCase();
    const columns = { Account: ['name', 'phone', 'website'], Contact: ['last_name', 'phone', 'account_id'] }[object];
    const present = await db.query(sql`select from pg_tables where schemaname = 'mirror' and tablename = ${table}`);
    if (present.length === 0) return [];
    return db.query<MirrorRow>(sql`select id, system_modstamp as at, _deleted_at is not null as "isDeleted",
      ${raw(`array[${columns.map((name) => `to_jsonb(m) ->> '${name}'`).join(', ')}]`)} as values
      from mirror.${raw(table)} m where connection_id = ${connectionId}`);
  };

  /** Marks and rows in one snapshot: what lies before a mark and is not mirrored. */
  async function aheadOfRows(): Promise<string[]> {
    return db.transaction(async (tx) => {
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

  /** What the mirror and the org's own export do not share. */
  async function differences(): Promise<string[]> {
    const wrong: string[] = [];
    for (const object of objects) {
      const theirs = new Map(
        (await org.export(object)).map((row) => [
          String(row.Id),
          JSON.stringify([
            row.IsDeleted,
            new Date(String(row.SystemModstamp)).toISOString(),
            ...compared[object].map((field) => row[field] ?? null),
          ]),
        ]),
      );
      const ours = new Map(
        (await rowsOf(object)).map((row) => [
          row.id,
          JSON.stringify([row.isDeleted, row.at?.toISOString(), ...row.values]),
        ]),
      );
      for (const [id, row] of theirs) {
        if (ours.get(id) !== row) wrong.push(`${object} ${id}: org ${row}, mirror ${ours.get(id) ?? 'none'}`);
      }
      for (const [id, row] of ours) {
        if (!theirs.has(id) && !row.startsWith('[true'))
          wrong.push(`${object} ${id}: gone from the org, mirror ${row}`);
      }
    }
    return wrong;
  }

  return { sync, aheadOfRows, differences };
}

export type Mirror = Awaited<ReturnType<typeof openMirror>>;
