/** A job of the queue `forget` erases records, has a run take that on through every stage, and renews what PostgreSQL keeps of values. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { getRun } from '../src/control/run.ts';
import { DomainError } from '../src/model/errors.ts';
import { activeStates, completeStates, type RunState } from '../src/model/run.ts';
import { dropOrg, noteWholeOrg } from '../src/privacy/deletion.ts';
import {
  eraseNext,
  type Forgetting,
  moveForgetting,
  releaseRecords,
  spreadAgain,
  takeForgetting,
} from '../src/privacy/forgetting.ts';
import { renewStatistics } from '../src/privacy/statistics.ts';
import type { Parts } from './parts.ts';
import { defineQueue } from './queue.ts';

/** Milliseconds between two looks at a run, and how often one that fails is begun again. */
const pause = 1_000;
const tries = 3;

export const forget = defineQueue({
  payload: z.strictObject({ forgettingId: z.string() }),
  concurrency: 1,
  async work(parts, job, shutdown) {
    const taken = await takeForgetting(parts.db, job.payload.forgettingId);
    if (!taken) return;
    try {
      await forgetAll(parts, taken, shutdown);
    } catch (error) {
      // A job that is taken up again goes on where this one stopped: what is erased is noted with its erasing.
      if (shutdown.aborted || !job.isLastAttempt) throw error;
      parts.log.error({ forgettingId: taken.id, err: error }, 'forgetting');
      const fault =
        error instanceof DomainError ? error.message : `It failed. Look for ${taken.id} in the log of the worker.`;
      await moveForgetting(parts.db, taken.id, 'failed', fault);
    }
  },
});

async function forgetAll(parts: Parts, { id, subject, connectionId, state, runId }: Forgetting, signal: AbortSignal) {
  const { db, definitions, clock } = parts;
  if (state === 'spreading' && runId !== null) await spread(parts, id, runId, signal);
  if (subject === 'connection' && state === 'erasing') await noteWholeOrg(db, id, connectionId!);
  for (;;) {
    const run = await eraseNext(db, definitions, id, clock.now());
    if (run === 'nothing') break;
    if (run === 'busy') await sleep(pause, undefined, { signal });
    else await spread(parts, id, run.runId, signal);
  }
  await moveForgetting(db, id, 'cleaning');
  if (subject === 'connection') await dropOrg(db, id, connectionId!);
  if (subject === 'deleted') await releaseRecords(db, id);
  await renewStatistics(db);
  await moveForgetting(db, id, 'done');
}

/** Waits for the run's end. @throws DomainError `internal` when it fails again and again. */
async function spread({ db, log }: Parts, id: string, first: string, signal: AbortSignal): Promise<void> {
  let runId = first;
  for (let attempt = 1; ;) {
    const { state, connectionId, reason } = await getRun(db, runId);
    if (isOneOf(completeStates, state)) return;
    if (!isOneOf(activeStates, state)) {
      if (attempt === tries) throw new DomainError('internal', `${runId} ended as ${state}: ${reason ?? 'no reason'}`);
      log.warn({ forgettingId: id, runId, state }, 'the run that spreads a forgetting is begun again');
      const again = await spreadAgain(db, id, connectionId);
      if (again !== null) {
        runId = again;
        attempt += 1;
      }
    }
    await sleep(pause, undefined, { signal });
  }
}

const isOneOf = (states: readonly RunState[], state: RunState) => states.includes(state);
