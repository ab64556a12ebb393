/** Steady beats of the service become job schedulers of their queues. When a sync is due is decided in control. */
import type { QueueName, Queues } from './jobs.ts';

/** Milliseconds between two jobs of a queue. */
export const beats = { tick: 2_000, notify: 10_000 } as const satisfies Partial<Record<QueueName, number>>;

/**
 * Makes every beat exist, once, however often and by however many it is called. An unchanged one is left alone:
 * upserting it at each boot would drop the job that fell due meanwhile, and with it the missed turn.
 */
export async function ensureBeats(queues: Queues, every: Record<keyof typeof beats, number> = beats): Promise<void> {
  for (const name of Object.keys(every) as (keyof typeof beats)[]) {
    const queue = queues.of[name];
    await queue.waitUntilReady();
    const isRight = async () => Number((await queue.getJobScheduler(name))?.every) === every[name];
    if (await isRight()) continue;
    try {
      await queue.upsertJobScheduler(name, { every: every[name] }, { name, data: {}, opts: { attempts: 1 } });
    } catch (error) {
      // On PostgreSQL of several at once all but one fail, which is fine when the one got it right.
      if (!(await isRight())) throw error;
    }
  }
}
