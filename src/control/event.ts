/** What happens to a run becomes numbered events that a watcher reads on from the last number seen. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';

export type RunEvent = { sequence: number; at: Date; type: string; data: Record<string, unknown> };

/**
 * Appends one event. The run's row is locked first: numbers of one run then become visible in their order, and a watcher
 * who saw 7 can never miss a 6 committed later. Under a `fence` that is no longer the run's, nothing is appended.
 */
export async function appendEvent(
  tx: Queryable,
  runId: string,
  type: string,
  data: object,
  fence: string | null = null,
): Promise<void> {
  await tx.query(sql`/* event.append */ with held as (select id from control.run
    where id = ${runId} and (${fence}::bigint is null or (fence = ${fence} and state in ('running', 'canceling')))
    for no key update)
    insert into control.run_event (run_id, type, data) select id, ${type}, ${JSON.stringify(data)}::jsonb from held`);
}

/** Events of a run after a sequence number (0 for all), oldest first, at most `limit`. */
export async function listEvents(db: Queryable, runId: string, after: number, limit = 500): Promise<RunEvent[]> {
  return db.query(sql`/* event.list */ select sequence::float8 as sequence, at, type, data from control.run_event
    where run_id = ${runId} and sequence > ${after} order by sequence limit ${limit}`);
}
