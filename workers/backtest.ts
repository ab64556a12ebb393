/** A job of the queue `backtest` becomes what a change of a rule would do. */
import { z } from 'zod';
import { databaseFault } from '../src/db/fault.ts';
import { DomainError } from '../src/model/errors.ts';
import { compileForm } from '../src/model/rule-form.ts';
import { asSet } from '../src/model/rule.ts';
import { backtest as measure, type BacktestResult } from '../src/quality/backtest.ts';
import { knownRules } from '../src/quality/in-force.ts';
import { type BacktestJob, endBacktest, takeBacktest } from '../src/review/backtest.ts';
import type { Parts } from './parts.ts';
import { defineQueue } from './queue.ts';

export const backtest = defineQueue({
  payload: z.strictObject({ backtestId: z.string() }),
  concurrency: 1,
  async work(parts, job) {
    const { db, clock, log } = parts;
    const taken = await takeBacktest(db, job.payload.backtestId);
    if (!taken) return;
    const end = await resultOf(parts, taken).then(
      (result) => ({ result }),
      (error: unknown) => {
        log.error({ backtestId: taken.id, err: error }, 'back-test');
        const fault = error instanceof DomainError ? error : databaseFault(error);
        return { fault: fault?.message ?? `It failed unexpectedly. Look for ${taken.id} in the log of the worker.` };
      },
    );
    await endBacktest(db, taken.id, end, clock.now());
  },
});

async function resultOf({ db, definitions, clock }: Parts, job: BacktestJob): Promise<BacktestResult> {
  const { connectionId } = job;
  const now = clock.now();
  if (job.ruleId === null) {
    const { rule } = compileForm('own-form', job.proposal, definitions.objects);
    if (!rule) throw new DomainError('request-invalid', 'The form no longer fits the objects there are.');
    return measure(db, definitions, { connectionId, rule, after: rule, now });
  }
  const known = (await knownRules(db, definitions)).find(({ rule }) => rule.id === job.ruleId);
  if (!known) throw new DomainError('not-found', `There is no rule "${job.ruleId}" any more.`);
  const { rule } = known;
  const after = asSet(rule, { ...job.proposal, ruleId: rule.id, revision: rule.revision });
  return measure(db, definitions, { connectionId, rule, after: job.proposal.isOn ? after : null, now });
}
