/** Steady beats of the service become job schedulers of their queues. When a sync is due is decided in control. */
import type { QueueKind, Queues } from './queues.ts';

/** Milliseconds between two jobs of each queue that has a beat. */
export function beatsOf(kinds: Readonly<Record<string, QueueKind>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(kinds).flatMap(([name, { every }]) => (every === undefined ? [] : [[name, every]])),
  );
}

/**
 * Makes every beat exist, once, however often and by however many it is called. An unchanged one is left alone:
 * upserting it at each boot would drop the job that fell due meanwhile, and with it the missed turn.
 */
export async function ensureBeats(queues: Pick<Queues, 'of'>, beats: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, every] of Object.entries(beats)) {
    const queue = queues.of[name];
    if (!queue) throw new Error(`There is no queue "${name}".`);
    await queue.waitUntilReady();
    const isRight = async () => Number((await queue.getJobScheduler(name))?.every) === every;
    if (await isRight()) continue;
    try {
      await queue.upsertJobScheduler(name, { every }, { name, data: {}, opts: { attempts: 1 } });
    } catch (error) {
      // On PostgreSQL of several at once all but one fail, which is fine when the one got it right.
      if (!(await isRight())) throw error;
    }
  }
}
