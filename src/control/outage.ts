/** A run that Salesforce does not answer waits in its row, ever longer, until the outage has lasted too long. */
import sql from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import type { DomainError } from '../model/errors.ts';
import { holding, type Lease, park } from './lease.ts';

/** Seconds between the tries of one outage; the last one again and again. A blip costs seconds, a night about thirty tries. */
const pauses = [15, 30, 60, 120, 240, 480, 900];

type Outage = { count: number; seconds: number };

/**
 * Gives the run back to be tried again by itself. An outage ends when a step gets done: the next one is a new one, with
 * the whole time before it. Returns null then, or the seconds it has lasted when they are more than `limitSeconds`: it is
 * for the caller to end the run.
 */
export async function waitOut(
  db: Db,
  lease: Lease,
  fault: DomainError,
  limitSeconds: number,
): Promise<{ lastedSeconds: number } | null> {
  return db.transaction(async (tx) => {
    const [known] = await tx.query<Outage>(sql`/* outage.known */ select
        case when is_new then 0 else outage_count end as count,
        case when is_new then 0 else extract(epoch from now() - outage_since)::float8 end as seconds
      from (select outage_count, outage_since, outage_since is null or exists (select from control.run_stage s
          where s.run_id = r.id and s.state = 'done' and s.finished_at > r.outage_since) as is_new
        from control.run r where ${holding(lease)}) run`);
    if (!known) return null;
    const { count, seconds } = known;
    const left = limitSeconds - seconds;
    if (left <= 0) return { lastedSeconds: seconds };
    // The last try falls on the limit itself.
    const pause = Math.min(pauses[count] ?? pauses.at(-1)!, Math.max(1, left));
    const [row] = await tx.query<{ until: Date }>(sql`/* outage.note */ update control.run set
      outage_count = ${count + 1}, outage_since = case when ${count === 0} then now() else outage_since end
      where id = ${lease.runId} returning now() + make_interval(secs => ${pause}) as until`);
    await park(tx, lease, row!.until, fault);
    return null;
  });
}
