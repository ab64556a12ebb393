/** Quality scores by object and dimension: each of the last complete sync that scored it, or of one sync. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { completeStates } from '../model/run.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type ScoreRow = {
  runId: string;
  object: string;
  /** Null: the whole object. */
  dimension: string | null;
  /** Null when nothing could be measured. */
  score: number | null;
  applicableCount: number;
  recordCount: number;
  measuredAt: Date;
};
export type ScoreFilter = {
  connectionId: string;
  /** Left out: the newest score of each of these objects. */
  runId?: string | undefined;
  objects: string[];
  object?: string | undefined;
};

export async function listScores(
  db: Queryable,
  { connectionId, runId, objects, object }: ScoreFilter,
  page: PageRequest,
): Promise<Page<ScoreRow>> {
  const { after } = page;
  // The key carries the run, so that a sync which ends between two pages does not mix its scores in.
  const run = after?.[0] ?? runId ?? (await lastScoredRun(db, connectionId));
  if (!run) return { data: [], next: null };
  // A sync of some objects scores those alone: what the others scored before still holds. Of each object the newest is looked
  // for by itself: three years have a hundred thousand rows.
  const scored = runId
    ? sql`quality.score s where s.connection_id = ${connectionId} and s.run_id = ${run}`
    : sql`unnest(${objects}::text[]) as asked (name)
      cross join lateral (select o.run_id from quality.score o join control.run r on r.id = o.run_id
        where o.connection_id = ${connectionId} and o.object = asked.name and o.run_id <= ${run} and r.state = any(${completeStates})
        order by o.measured_at desc, o.run_id desc limit 1) newest
      join quality.score s on s.run_id = newest.run_id and s.object = asked.name where s.connection_id = ${connectionId}`;
  const rows = await db.query(sql`/* scores.list */
    select s.run_id, object, dimension, score, applicable_count::int as applicable_count,
      record_count::int as record_count, measured_at
    from ${scored}
    ${object ? sql`and object = ${object}` : empty}
    ${after ? sql`and (object, coalesce(dimension, '')) > (${after[1]}, ${after[2]})` : empty}
    order by object, coalesce(dimension, '') limit ${page.limit + 1}`);
  return toPage(camelRows<ScoreRow>(rows), page, (row) => [run, row.object, row.dimension ?? '']);
}

async function lastScoredRun(db: Queryable, connectionId: string): Promise<string | undefined> {
  const rows = await db.query<{ id: string }>(sql`/* scores.last_run */ select id from control.run r
    where connection_id = ${connectionId} and state = any(${completeStates})
      and exists (select from quality.score s where s.run_id = r.id)
    order by id desc limit 1`);
  return rows[0]?.id;
}
