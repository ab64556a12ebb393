/** Work of this process and of the database on its behalf into milliseconds of a processor, whatever else the machine does meanwhile. */
import { readFileSync } from 'node:fs';
import sql from 'sql-template-tag';
import type { Db } from '../src/db/connect.ts';

export class WorkMeter {
  private readonly db: Db;
  private pids: number[] = [];

  constructor(db: Db) {
    this.db = db;
  }

  /** To be called before what is measured: connections come and go. */
  async findSessions(): Promise<void> {
    const rows = await this.db.query<{ pid: number }>(sql`select pid from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'`);
    this.pids = rows.map(({ pid }) => pid);
  }

  /** Milliseconds since some moment; Linux only, NaN elsewhere. */
  read(): number {
    const { user, system } = process.cpuUsage();
    const sessions = this.pids.reduce((sum, pid) => sum + sessionMs(pid), 0);
    return (user + system) / 1000 + sessions;
  }
}

/** The scheduler's own count, in nanoseconds: /proc/<pid>/stat counts hundredths of a second. */
function sessionMs(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
}
