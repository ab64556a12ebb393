/** Each beat starts what is due, queues again what was lost, alerts of nights that failed, hands jobs over and cleans old ones away. */
import { z } from 'zod';
import { sendDigests } from '../src/incidents/digest.ts';
import { forgetPresses } from '../src/incidents/press.ts';
import { watchIncidents } from '../src/incidents/watch.ts';
import { isGone } from '../src/control/owner.ts';
import { cleanKept } from '../src/control/idempotency.ts';
import { cleanOutbox, relayOutbox } from '../src/control/outbox.ts';
import { reapRuns } from '../src/control/reaper.ts';
import { tidyListChecks } from '../src/lookup/list-check.ts';
import { endLostBacktests } from '../src/review/backtest.ts';
import { forgetDeleted } from '../src/privacy/deleted.ts';
import { requeueForgettings } from '../src/privacy/forgetting.ts';
import { pruneDaily } from '../src/privacy/retention.ts';
import { obeyLate } from '../src/review/decision.ts';
import { startDueSlots } from '../src/control/schedule.ts';
import { lookBetweenRuns } from '../src/pipeline/alert/kinds.ts';
import { dropOrphans } from '../src/pipeline/pull/orphan.ts';
import type { Parts } from './parts.ts';
import { defineQueue } from './queue.ts';

export const tick = defineQueue({
  payload: z.strictObject({}),
  concurrency: 1,
  every: 2_000,
  work: (parts) => turn(parts),
});

type Needs = Pick<Parts, 'db' | 'control' | 'queues' | 'definitions' | 'publicUrl' | 'clock' | 'log' | 'retention'>;

export async function turn({
  db,
  control,
  queues,
  definitions,
  publicUrl,
  clock,
  log,
  retention,
}: Needs): Promise<void> {
  const started = [...(await startDueSlots(control, clock.now())), ...(await obeyLate(db))];
  const { requeued, ended } = await reapRuns(control, {
    isGone,
    isPending: (jobId) => queues.isPending('sync', jobId),
  });
  if (started.length + requeued.length + ended.length > 0) log.info({ started, requeued, ended }, 'tick');
  await lookBetweenRuns(control, clock, definitions);
  await watchIncidents(control, clock.now(), definitions.alerts);
  await sendDigests(control, definitions.rules, clock.now(), definitions.alerts, publicUrl);
  await relayOutbox(control, queues.add);
  const lost = await endLostBacktests(db, (jobId) => queues.isPending('backtest', jobId));
  if (lost.length > 0) log.warn({ lost }, 'back-tests lost');
  await tidyListChecks(db, (jobId) => queues.isPending('list-check', jobId), clock.now());
  await requeueForgettings(db, (jobId) => queues.isPending('forget', jobId));
  await queues.clean();
  await cleanOutbox(db);
  await cleanKept(db);
  await forgetPresses(db, clock.now());
  await dropOrphans(db);
  const pruned = await pruneDaily(db, retention, clock.now());
  if (pruned === null) return;
  const dropped = pruned.filter(({ count }) => count > 0);
  if (dropped.length > 0) log.info({ dropped }, 'what was kept long enough was dropped');
  await forgetDeleted(db, definitions, retention.deletedPeople, clock.now());
}
