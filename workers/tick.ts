/** Each beat starts what is due, queues again what was lost, hands jobs over and cleans old ones away. */
import { isGone } from '../src/control/owner.ts';
import { cleanKept } from '../src/control/idempotency.ts';
import { cleanOutbox, relayOutbox } from '../src/control/outbox.ts';
import { reapRuns } from '../src/control/reaper.ts';
import { obeyLate } from '../src/review/decision.ts';
import { startDueSlots } from '../src/control/schedule.ts';
import { dropOrphans } from '../src/pipeline/pull/orphan.ts';
import type { Parts } from './parts.ts';

export async function tick({ db, queues, clock, log }: Pick<Parts, 'db' | 'queues' | 'clock' | 'log'>): Promise<void> {
  const started = [...(await startDueSlots(db, clock.now())), ...(await obeyLate(db))];
  const { requeued, ended } = await reapRuns(db, { isGone, isPending: (jobId) => queues.isPending('sync', jobId) });
  if (started.length + requeued.length + ended.length > 0) log.info({ started, requeued, ended }, 'tick');
  await relayOutbox(db, queues.add);
  await queues.clean();
  await cleanOutbox(db);
  await cleanKept(db);
  await dropOrphans(db);
}
