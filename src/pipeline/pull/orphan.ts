/** Landing tables that a killed worker left behind are found by the run in their name, and dropped. */
import sql from 'sql-template-tag';
import type { Db } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';

/** Part of every landing table's name: whose it is. */
export const runMark = (runId: string) => runId.slice(-12);

/**
 * Drops the landing tables of runs that are over. Those of a run under way are left: its own next worker makes new ones, and
 * they go when it ends. Returns how many went.
 */
export async function dropOrphans(db: Db): Promise<number> {
  const orphans = await db.query<{ name: string }>(sql`/* pull.orphans */ select t.tablename as name from pg_tables t
    where t.schemaname = 'stage' and not exists (select from control.run r
      where r.state in ('queued', 'running', 'canceling') and strpos(t.tablename, right(r.id, 12)) > 0)`);
  for (const { name } of orphans) {
    await db.transaction(async (tx) => {
      // A worker abandoned at shutdown may still hold it for a moment: then it is for the next time.
      await tx.query(sql`/* pull.patience */ set local lock_timeout = '1s'`);
      await tx.query(sql`/* pull.orphan */ drop table if exists ${identifier('stage', name)}`);
    });
  }
  return orphans.length;
}
