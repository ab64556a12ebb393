/** Each beat sends what waits in the alert outbox. */
import { z } from 'zod';
import { defineQueue } from './queue.ts';

export const notify = defineQueue({
  payload: z.strictObject({}),
  concurrency: 1,
  every: 10_000,
  work: ({ deliver }, _job, shutdown) => deliver(shutdown),
});
