/** A job of the queue `evidence` holds every rule against what came after it, so that whoever asks need not wait. */
import { z } from 'zod';
import { askEvidence, keptEvidence } from '../src/quality/rule-evidence.ts';
import { defineQueue } from './queue.ts';

export const evidence = defineQueue({
  /** `always`: the org was read anew; else only where other rules are in force by now. */
  payload: z.strictObject({ connectionId: z.string(), always: z.boolean() }),
  concurrency: 1,
  async work({ db, definitions, clock }, { payload: { connectionId, always } }) {
    if (!always && (await keptEvidence(db, definitions, connectionId)) !== null) return;
    await askEvidence(db, definitions, { connectionId, now: clock.now() });
  },
});
