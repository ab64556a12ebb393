/** What changes of rules would do, as back-tests have measured it. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import type { BacktestResult } from '../quality/backtest.ts';
import { namesOf } from './names.ts';
import { camelRows } from './rows.ts';

type NamedResult = Omit<BacktestResult, 'owners'> & {
  /** Names are null where they are not to be seen. */
  owners: (BacktestResult['owners'][number] & { ownerName: string | null })[];
  /** Of the examples, by their ids. */
  names: Record<string, string>;
};
export type BacktestView = {
  id: string;
  connectionId: string;
  /** Null: of a form. */
  ruleId: string | null;
  proposal: Record<string, unknown>;
  state: 'queued' | 'running' | 'done' | 'failed';
  result: NamedResult | null;
  fault: string | null;
  requestedBy: string;
  requestedActor: string | null;
  requestedAt: Date;
  finishedAt: Date | null;
};

/** Newest first, at most 100. */
export async function listBacktests(
  db: Queryable,
  definitions: Definitions,
  { id, ruleId }: { id?: string; ruleId?: string },
  withNames: boolean,
): Promise<BacktestView[]> {
  const rows =
    await db.query(sql`/* backtests.list */ select id, connection_id, rule_id, proposal, state, result, fault, requested_by,
      requested_actor, requested_at, finished_at
    from review.backtest where true ${id === undefined ? empty : sql`and id = ${id}`}
      ${ruleId === undefined ? empty : sql`and rule_id = ${ruleId}`}
    order by id desc limit 100`);
  const all: (Omit<BacktestView, 'result'> & { result: BacktestResult | null })[] = camelRows(rows);
  return Promise.all(
    all.map(async (one) => ({
      ...one,
      result: one.result && (await named(db, definitions, one.connectionId, one.result, withNames)),
    })),
  );
}

async function named(
  db: Queryable,
  definitions: Definitions,
  connectionId: string,
  result: BacktestResult,
  withNames: boolean,
): Promise<NamedResult> {
  const { object, owners, opened, closed } = result;
  const people = owners.flatMap(({ ownerId }) => (ownerId === null ? [] : [{ object: 'User', id: ownerId }]));
  const examples = [...opened, ...closed].map((id) => ({ object, id }));
  const names = withNames
    ? await namesOf(db, definitions, connectionId, [...people, ...examples])
    : new Map<string, string>();
  return {
    ...result,
    owners: owners.map((one) => ({ ...one, ownerName: (one.ownerId && names.get(one.ownerId)) ?? null })),
    names: Object.fromEntries(examples.flatMap(({ id }) => (names.has(id) ? [[id, names.get(id)!]] : []))),
  };
}
