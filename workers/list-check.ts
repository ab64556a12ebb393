/** A job of the queue `list-check` becomes what is known of each row of a list. */
import { z } from 'zod';
import { databaseFault } from '../src/db/fault.ts';
import { failListCheck, runListCheck } from '../src/lookup/list-check.ts';
import { DomainError } from '../src/model/errors.ts';
import { defineQueue } from './queue.ts';

export const listCheck = defineQueue({
  payload: z.strictObject({ listCheckId: z.string() }),
  concurrency: 1,
  async work({ db, definitions, clock, log }, job, shutdown) {
    const { listCheckId: id } = job.payload;
    try {
      await runListCheck(db, definitions, id, shutdown, () => clock.now());
    } catch (error) {
      // Another worker goes on where this one stopped.
      const isFinal = job.isLastAttempt || (error instanceof DomainError && error.kind.retry === 'never');
      if (shutdown.aborted || !isFinal) throw error;
      log.error({ listCheckId: id, err: error }, 'list check');
      const fault = error instanceof DomainError ? error : databaseFault(error);
      const words = fault?.message ?? `It failed unexpectedly. Look for ${id} in the log of the worker.`;
      await failListCheck(db, id, words, clock.now());
    }
  },
});
