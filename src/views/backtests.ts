/** What changes of rules would do, as back-tests have measured it. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { BacktestResult } from '../quality/backtest.ts';
import { camelRows } from './rows.ts';

export type BacktestView = {
  id: string;
  connectionId: string;
  /** Null: of a form. */
  ruleId: string | null;
  proposal: Record<string, unknown>;
  state: 'queued' | 'running' | 'done' | 'failed';
  result: BacktestResult | null;
  fault: string | null;
  requestedBy: string;
  requestedActor: string | null;
  requestedAt: Date;
  finishedAt: Date | null;
};

/** Newest first, at most 100. */
export async function listBacktests(
  db: Queryable,
  { id, ruleId }: { id?: string; ruleId?: string },
): Promise<BacktestView[]> {
  const rows =
    await db.query(sql`/* backtests.list */ select id, connection_id, rule_id, proposal, state, result, fault, requested_by,
      requested_actor, requested_at, finished_at
    from review.backtest where true ${id === undefined ? empty : sql`and id = ${id}`}
      ${ruleId === undefined ? empty : sql`and rule_id = ${ruleId}`}
    order by id desc limit 100`);
  return camelRows(rows);
}
