/** `assay worker`: settings become running workers, until SIGTERM. */
import { Command } from 'commander';
import type { Env } from '../../config/env.ts';
import { loadConfig } from '../../config/load.ts';
import { armCrash } from '../model/crash-point.ts';
import { type Clock, systemClock } from '../model/ports.ts';
import { closeOnSignal } from './signal.ts';

/**
 * Milliseconds a stage may compute between two statements of one transaction. A vanished worker's transactions do not wait
 * for that: its successor ends them.
 */
const stageIdle = 15 * 60_000;

/** Milliseconds between two looks whether a newer version has brought the schema up to date. */
const look = 2_000;

/** Prints one JSON line `{ "ready": true }` on standard output once it takes jobs. */
export const worker = new Command('worker')
  .description('run the workers: syncs, schedules, Slack messages')
  .action(async () => {
    const { env } = await loadConfig();
    armCrash(env.CRASH_AT);
    const { close } = await openWorker(env, systemClock);
    closeOnSignal(close);
    console.log(JSON.stringify({ ready: true }));
  });

/** Resolves once it takes jobs. */
export async function openWorker(env: Env, clock: Clock): Promise<{ close(): Promise<void> }> {
  const [
    { connect },
    { newerMigration },
    { startWorkers },
    { deliverMessages },
    { runPipeline },
    { hasLogin, openNotifiers, openPresses, openService, openSources, retentionOf },
    { openSocket },
    { takePress },
    { takeInputFolder },
  ] = await Promise.all([
    import('../db/connect.ts'),
    import('../db/migrate.ts'),
    import('../../workers/main.ts'),
    import('../incidents/deliver.ts'),
    import('../pipeline/run.ts'),
    import('./open.ts'),
    import('../slack/socket.ts'),
    import('../incidents/press.ts'),
    import('../review/input.ts'),
  ]);
  const notifiers = openNotifiers(env);
  const { db, definitions, log, close } = await openService(env, 'worker', { idleTransactionTimeout: stageIdle });
  if (!(await hasLogin(env, db)))
    log.warn(
      {},
      'no Salesforce org is connected yet: add one with POST /v1/connections while `assay serve` runs, or set SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET',
    );
  const control = connect(db.url, {
    name: 'control',
    maxConnections: 4,
    // Longer it takes only to wait for somebody else's lock, and the next beat asks again.
    statementTimeout: 15_000,
    onError: (err) => log.warn({ err }, 'an idle database connection was lost'),
  });
  const closeAll = async () => {
    await control.close();
    await close();
  };
  const sourceOf = openSources(env, db);
  if (!notifiers('default'))
    log.warn({}, 'no Slack is set: alerts wait until SLACK_WEBHOOK_URL or SLACK_BOT_TOKEN is set');
  const workers = await startWorkers(
    { databaseUrl: db.url, redisUrl: env.REDIS_URL, redisCa: env.REDIS_CA },
    {
      db,
      control,
      definitions,
      publicUrl: env.ASSAY_PUBLIC_URL ?? null,
      sourceOf,
      outageHours: env.SALESFORCE_OUTAGE_HOURS,
      retention: { ...retentionOf(env), deletedPeople: env.FORGET_DELETED_DAYS },
      clock,
      log,
      runPipeline,
      takeInputs: async () => {
        if (env.INPUTS_FOLDER) await takeInputFolder(db, env.INPUTS_FOLDER, clock.now());
      },
      deliver: async () => {
        await deliverMessages(db, notifiers, clock, log);
      },
    },
  ).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const socket = env.SLACK_APP_TOKEN
    ? openSocket(
        { appToken: env.SLACK_APP_TOKEN, apiUrl: env.SLACK_API_URL },
        async (press) => {
          await takePress(db, press, openPresses(env), clock.now(), definitions.alerts);
        },
        log,
      )
    : null;
  // Its statements are of a schema that is gone: a sync goes on with a worker of the newer version.
  const leaveOnceOutdated = async () => {
    const newer = await newerMigration(control).catch(() => null);
    if (newer === null) return;
    clearInterval(watch);
    log.warn({ newer }, 'a newer version has migrated the database: this worker gives its syncs back and ends');
    process.kill(process.pid, 'SIGTERM');
  };
  const watch = setInterval(() => void leaveOnceOutdated(), look);
  return {
    async close() {
      clearInterval(watch);
      await socket?.close();
      await workers.close();
      await closeAll();
    },
  };
}
