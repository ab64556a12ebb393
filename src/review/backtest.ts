/** A wish to know what a change of a rule would do becomes a job, and its answer a row that says so. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import { enqueue } from '../control/outbox.ts';
import type { Db, Queryable } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import type { Definitions } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import { compileForm, type RuleForm } from '../model/rule-form.ts';
import type { BacktestResult } from '../quality/backtest.ts';
import { type Proposal, proposalOf, ruleNamed, type SettingChange } from './rule-setting.ts';

export type BacktestRequest = { connectionId: string; by: Actor } & (
  | { ruleId: string; change: SettingChange }
  | { form: RuleForm }
);
/** `ruleId` null: `proposal` is a form. */
export type BacktestJob = { id: string; connectionId: string } & (
  | { ruleId: string; proposal: Proposal }
  | { ruleId: null; proposal: RuleForm }
);

/** Returns its id. @throws DomainError `not-found`, `request-refused` */
export async function askBacktest(
  db: Db,
  definitions: Definitions,
  request: BacktestRequest,
  now: Date,
): Promise<string> {
  const { connectionId, by } = request;
  const id = `bkt_${uuidv7()}`;
  await db.transaction(async (tx) => {
    const [org] = await tx.query(sql`/* backtest.org */ select from control.connection where id = ${connectionId}`);
    if (!org) throw new DomainError('not-found', `There is no connection "${connectionId}".`);
    const [ruleId, proposal] =
      'form' in request
        ? [null, checked(definitions, request.form)]
        : [request.ruleId, await proposalOf(tx, await ruleNamed(tx, definitions, request.ruleId), request.change)];
    await tx.query(sql`/* backtest.ask */ insert into review.backtest (id, connection_id, rule_id, proposal, requested_by,
        requested_actor, requested_at)
      values (${id}, ${connectionId}, ${ruleId}, ${JSON.stringify(proposal)}::jsonb, ${by.name}, ${actorText(by)}, ${now})`);
    await audit(tx, by, { kind: 'backtest', id, action: 'start', fields: Object.keys(proposal) });
    await enqueue(tx, 'backtest', id, { backtestId: id });
  });
  return id;
}

function checked(definitions: Definitions, form: RuleForm): RuleForm {
  const found = compileForm('own-form', form, definitions.objects).faults;
  if (found.length === 0) return form;
  const faults = found.map((one) => ({ ...one, pointer: `/form${one.pointer}` }));
  const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  throw new DomainError('request-refused', `${text}.`, { faults });
}

/** Null when it has ended, or is none. */
export async function takeBacktest(db: Queryable, id: string): Promise<BacktestJob | null> {
  const [job] = await db.query<BacktestJob>(sql`/* backtest.take */ update review.backtest set state = 'running'
    where id = ${id} and state in ('queued', 'running') returning id, connection_id as "connectionId", rule_id as "ruleId", proposal`);
  return job ?? null;
}

export async function endBacktest(
  db: Queryable,
  id: string,
  end: { result: BacktestResult } | { fault: string },
  now: Date,
): Promise<void> {
  const [state, result, fault] =
    'result' in end ? ['done', JSON.stringify(end.result), null] : ['failed', null, end.fault];
  await db.query(sql`/* backtest.end */ update review.backtest set state = ${state}, result = ${result}::jsonb, fault = ${fault},
    finished_at = ${now} where id = ${id} and state = 'running'`);
}

/** The beat: one whose job the queue has lost ends, so that nobody waits for it. Returns the ids. */
export async function endLostBacktests(
  db: Queryable,
  isPending: (jobId: string) => Promise<boolean>,
): Promise<string[]> {
  const waiting = await db.query<{ id: string }>(sql`/* backtest.waiting */ select b.id from review.backtest b
    join control.outbox o on o.job_id = b.id
    where b.state in ('queued', 'running') and o.sent_at < now() - interval '1 minute'`);
  const lost: string[] = [];
  for (const { id } of waiting) if (!(await isPending(id))) lost.push(id);
  if (lost.length > 0) {
    await db.query(sql`/* backtest.lost */ update review.backtest set state = 'failed', finished_at = now(),
      fault = 'The worker was lost. Start the back-test again.' where id = any (${lost}) and state in ('queued', 'running')`);
  }
  return lost;
}
