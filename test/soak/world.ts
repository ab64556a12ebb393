/** A whole service with everything it leans on, each part of which can be hurt: two workers, an API, PostgreSQL, the queue, Salesforce and Slack. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { startSlackReceiver } from '@assay/emulator/slack.ts';
import { connect } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Org, startOrg } from '../journey/org.ts';
import { type Api, type Part, prepareService } from '../journey/service.ts';
import { startRedis, until } from '../queue/backends.ts';

/** Strings that no log may hold. */
export const secrets = { slackToken: 'xoxb-canary-7f3a', clientSecret: '' };

export type World = Awaited<ReturnType<typeof openWorld>>;
export type WorldOptions = { seed: number; queue: 'postgres' | 'redis'; accounts: number };

export async function openWorld({ seed, queue, accounts }: WorldOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-soak-'));
  // The server runs as a user of its own.
  await chmod(folder, 0o755);
  const home = join(folder, 'postgres');
  let postgres = await startEmbeddedPostgres(home);
  const db = connect(postgres.url, { name: 'soak', onError: () => {} });
  await migrate(db);
  const org: Org = await startOrg({ accounts, seed });
  secrets.clientSecret = org.emulator.clientSecret;
  const slack = await startSlackReceiver();
  const service = await prepareService({
    queue,
    emulator: org.emulator,
    slack,
    database: db,
    environment: { SLACK_BOT_TOKEN: secrets.slackToken },
  });
  let api: Api = await service.serve();
  const workers: Part[] = [service.worker(), service.worker()];
  await Promise.all(workers.map(({ ready }) => ready));

  /** Backends of a killed server go by themselves; until then a new one refuses to start. */
  const startPostgres = () =>
    until(async () => {
      try {
        postgres = await startEmbeddedPostgres(home);
        return true;
      } catch {
        return false;
      }
    }, 300);

  async function killPostgres(): Promise<void> {
    const pid = Number((await readFile(join(home, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await startPostgres();
  }

  return {
    db,
    org,
    slack,
    service,
    workers,
    killPostgres,
    api: () => api,
    /** Asks until it is answered: a server that was just started, or whose database is not back, refuses at first. */
    async ask<T>(question: (api: Api) => Promise<T>, patience = 60_000): Promise<T> {
      for (const until = Date.now() + patience; ; await sleep(300)) {
        try {
          return await question(api);
        } catch (error) {
          if (Date.now() > until) throw error;
        }
      }
    },
    async replaceWorker(index: number): Promise<void> {
      const next = service.worker();
      workers[index] = next;
      await next.ready;
    },
    async replaceServe(): Promise<void> {
      api.part.process.kill('SIGKILL');
      await api.part.ended;
      api = await service.serve();
    },
    async emptyRedis(): Promise<void> {
      const { port } = service.redis!;
      await service.redis!.stop();
      service.redis!.stop = (await startRedis(port)).stop;
    },
    /** Everything that was hurt is well again. */
    async heal(): Promise<void> {
      await fetch(`${org.emulator.url}/control/faults`, { method: 'DELETE' });
      slack.workspace.isDown = false;
      for (const [index, worker] of workers.entries()) {
        worker.process.kill('SIGCONT');
        if (worker.process.exitCode !== null || worker.process.signalCode !== null) await this.replaceWorker(index);
      }
      await db.query(sql`alter system reset default_transaction_read_only`);
      await db.query(sql`select pg_reload_conf()`);
    },
    async close(): Promise<void> {
      await service.close();
      await slack.close();
      await org.close();
      await db.close();
      await postgres.stop();
      await rm(folder, { recursive: true });
    },
  };
}
