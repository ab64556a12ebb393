/** ENTRY of the workers: settings become running workers, until SIGTERM. */
import type { Env } from '../config/env.ts';
import { armCrash } from '../src/model/crash-point.ts';
import { systemClock } from '../src/model/ports.ts';
import { deliverMessages } from '../src/pipeline/alert/deliver.ts';
import { runPipeline } from '../src/pipeline/run.ts';
import { openNotifier, openService, openSources } from '../src/service.ts';
import { closeOnSignal } from '../src/signal.ts';
import { startWorkers } from './main.ts';

/** Prints one JSON line `{ "ready": true }` on standard output once it takes jobs. */
export async function work(env: Env): Promise<void> {
  armCrash(env.CRASH_AT);
  const notifier = openNotifier(env);
  const { db, definitions, log, close } = await openService(env, 'assay worker');
  const sourceOf = openSources(env, db);
  if (!notifier) log.warn({}, 'no Slack is configured: alerts wait in their outbox');
  const workers = await startWorkers(
    { databaseUrl: db.url, redisUrl: env.REDIS_URL },
    {
      db,
      definitions,
      sourceOf,
      clock: systemClock,
      log,
      runPipeline,
      shareFrom: env.MATCH_SHARE_FROM,
      deliver: async () => {
        if (notifier) await deliverMessages(db, notifier, systemClock);
      },
    },
  );
  closeOnSignal(async () => {
    await workers.close();
    await close();
  });
  console.log(JSON.stringify({ ready: true }));
}
