/** `assay worker`: settings become running workers, until SIGTERM. */
import { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { armCrash } from '../model/crash-point.ts';
import { systemClock } from '../model/ports.ts';
import { closeOnSignal } from './signal.ts';

/** Prints one JSON line `{ "ready": true }` on standard output once it takes jobs. */
export const worker = new Command('worker')
  .description('run the workers: syncs, schedules, Slack messages')
  .action(async () => {
    const { env } = await loadConfig(['SALESFORCE_LOGIN_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET']);
    armCrash(env.CRASH_AT);
    const [{ startWorkers }, { deliverMessages }, { runPipeline }, { openNotifier, openService, openSources }] =
      await Promise.all([
        import('../../workers/main.ts'),
        import('../pipeline/alert/deliver.ts'),
        import('../pipeline/run.ts'),
        import('./open.ts'),
      ]);
    const notifier = openNotifier(env);
    const { db, definitions, log, close } = await openService(env, 'assay worker');
    const sourceOf = openSources(env, db);
    if (!notifier) log.warn({}, 'no Slack is set: alerts wait until SLACK_WEBHOOK_URL or SLACK_BOT_TOKEN is set');
    const workers = await startWorkers(
      { databaseUrl: db.url, redisUrl: env.REDIS_URL },
      {
        db,
        definitions,
        sourceOf,
        clock: systemClock,
        log,
        runPipeline,
        deliver: async () => {
          if (notifier) await deliverMessages(db, notifier, systemClock);
        },
      },
    ).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    closeOnSignal(async () => {
      await workers.close();
      await close();
    });
    console.log(JSON.stringify({ ready: true }));
  });
