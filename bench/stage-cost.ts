/** Work into what it cost: by the clock, of a processor by this process and by all of PostgreSQL, WAL, temporary files, rows, memory. */
import { readdirSync, readFileSync } from 'node:fs';
import sql from 'sql-template-tag';
import type { Db } from '../src/db/connect.ts';

export type StageCost = {
  wallSeconds: number;
  ownCpuSeconds: number;
  /** NaN but on Linux. */
  databaseCpuSeconds: number;
  walMB: number;
  temporaryMB: number;
  /** Inserted, updated and deleted by all sessions, rows of temporary tables among them. */
  rowsWritten: number;
  /** Most that this process held at once meanwhile. */
  peakMiB: number;
};

const ticksPerSecond = 100; // USER_HZ, the same on every Linux this runs on

/** @param db of a server on this machine that does nothing else meanwhile: its background work counts too */
export async function costOf<T>(db: Db, work: () => Promise<T>): Promise<{ result: T; cost: StageCost }> {
  const before = await read(db);
  let peakMiB = residentMiB();
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, residentMiB())), pollMs);
  try {
    const result = await work();
    const after = await read(db);
    const spent = Object.entries(after).map(([name, value]) => [name, value - before[name as keyof typeof before]]);
    const cost = { ...(Object.fromEntries(spent) as typeof after), peakMiB: Math.max(peakMiB, residentMiB()) };
    return { result, cost };
  } finally {
    clearInterval(timer);
  }
}

const pollMs = 50;
const residentMiB = () => process.memoryUsage.rss() / 2 ** 20;

async function read(db: Db): Promise<Omit<StageCost, 'peakMiB'>> {
  type Counts = { pid: number; wal: number; temporary: number; written: number };
  // The figures of a session reach the statistics when it has been idle for a moment, unless it is asked to hand them over.
  const [row] = await db.query<Counts>(sql`select pg_backend_pid() as pid, pg_stat_force_next_flush()::text as flushed,
    (pg_current_wal_insert_lsn() - '0/0')::float8 / 1e6 as wal,
    d.temp_bytes::float8 / 1e6 as temporary, (d.tup_inserted + d.tup_updated + d.tup_deleted)::float8 as written
    from pg_stat_database d where d.datname = current_database()`);
  const { user, system } = process.cpuUsage();
  return {
    wallSeconds: performance.now() / 1000,
    ownCpuSeconds: (user + system) / 1e6,
    databaseCpuSeconds: process.platform === 'linux' ? serverCpuSeconds(statOf(row!.pid).parent) : NaN,
    walMB: row!.wal,
    temporaryMB: row!.temporary,
    rowsWritten: row!.written,
  };
}

/** Of a server and its processes, those that have ended included: a parent keeps count of them. */
function serverCpuSeconds(server: number): number {
  const { own, ended } = statOf(server);
  const living = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = statOf(Number(pid));
        return stat.parent === server ? [stat.own + stat.ended] : [];
      } catch {
        return []; // It ended between the listing and the reading.
      }
    });
  return (own + ended + living.reduce((sum, ticks) => sum + ticks, 0)) / ticksPerSecond;
}

function statOf(pid: number): { parent: number; own: number; ended: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // After the command's name in brackets: state is field 0, the parent 1, utime and stime 11 and 12, those of ended children 13 and 14.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1]!, own: fields[11]! + fields[12]!, ended: fields[13]! + fields[14]! };
}
