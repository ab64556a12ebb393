/** The whole service as its users run it, API and workers as processes of their own, on a database of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sql from 'sql-template-tag';
import type { Emulator } from '@assay/emulator/start.ts';
import type { SlackReceiver } from '@assay/emulator/slack.ts';
import { createKey } from '../../src/control/key.ts';
import type { Db } from '../../src/db/connect.ts';
import { activeStates } from '../../src/model/run.ts';
import { testDatabase } from '../database.ts';
import { startRedis, until } from '../queue/backends.ts';
import { systemActor } from '../../src/model/actor.ts';

export type Part = {
  process: ChildProcess;
  /** Its first line, which says that it is ready; rejects when it ends before. */
  ready: Promise<Record<string, string>>;
  /** Code and signal it ended with. */
  ended: Promise<[number | null, NodeJS.Signals | null]>;
  /** SIGTERM, and the wait for its end. */
  stop(): Promise<[number | null, NodeJS.Signals | null]>;
};

export type Sync = { id: string; state: string; reason: string | null; reasonCode: string | null; warnings: string[] };
export type SyncStage = {
  stage: string;
  subject: string;
  state: string;
  readCount: number;
  changedCount: number;
  detail: Record<string, unknown>;
};

export type ServiceOptions = {
  queue: 'postgres' | 'redis';
  emulator: Emulator;
  slack?: SlackReceiver;
  /** Settings on top. */
  environment?: NodeJS.ProcessEnv;
  database?: Db;
};

export type Service = Awaited<ReturnType<typeof prepareService>>;

/** Nothing runs yet: `serve` and `worker` start processes, `close` ends what is left of them. */
export async function prepareService({ queue, emulator, slack, environment, database }: ServiceOptions) {
  const db = database ?? (await testDatabase());
  const redis = queue === 'redis' ? await startRedis() : null;
  const { key } = await createKey(db, { name: 'test', scopes: ['admin'] }, systemActor('test'));
  const folder = mkdtempSync(join(tmpdir(), 'assay-journey-'));
  const log = join(folder, 'service.log');
  const parts: Part[] = [];
  const settings: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    DATABASE_URL: db.url,
    ...(redis ? { REDIS_URL: redis.url } : {}),
    PORT: '0',
    LOG_LEVEL: 'info',
    SALESFORCE_LOGIN_URL: emulator.loginUrl,
    SALESFORCE_CLIENT_ID: emulator.clientId,
    SALESFORCE_CLIENT_SECRET: emulator.clientSecret,
    ...(slack ? { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_CHANNEL: 'C0TEST', SLACK_API_URL: slack.apiUrl } : {}),
    ...environment,
  };

  function start(command: string, more: NodeJS.ProcessEnv = {}): Part {
    const child = spawn(process.execPath, ['assay.mjs', command], {
      env: { ...settings, ...more },
      stdio: ['ignore', 'pipe', openSync(log, 'a')],
    });
    const ended = once(child, 'exit') as Part['ended'];
    const lines = createInterface({ input: child.stdout! });
    const ready = Promise.race([
      once(lines, 'line').then(([line]) => JSON.parse(line as string) as Record<string, string>),
      ended.then(([code, signal]) => {
        throw new Error(`${command} ended with ${code ?? signal} before it was ready:\n${tail()}`);
      }),
    ]);
    ready.catch(() => {});
    const part: Part = {
      process: child,
      ready,
      ended,
      stop: async () => {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
        return ended;
      },
    };
    parts.push(part);
    return part;
  }

  const all = () => readFileSync(log, 'utf8');
  const tail = () => all().trim().split('\n').slice(-8).join('\n');

  return {
    db,
    redis,
    key,
    tail,
    /** Everything the parts have logged. */
    log: all,
    start,
    /** Until no run holds an org: decisions start small ones of their own, which publish again. */
    rest: () =>
      until(async () => (await db.query(sql`select from control.run where finished_at is null`)).length === 0),
    worker: (crashAt?: string) => start('worker', crashAt === undefined ? {} : { CRASH_AT: crashAt }),
    /** An API process and how to ask it. */
    async serve(more: NodeJS.ProcessEnv = {}): Promise<Api> {
      const part = start('serve', more);
      const { url } = await part.ready;
      return openApi(url!, key, part);
    },
    async close(): Promise<void> {
      for (const { process: child } of parts) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      }
      await Promise.all(parts.map(({ ended }) => ended));
      await redis?.stop();
      if (!database) await db.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Api = ReturnType<typeof openApi>;

function openApi(url: string, key: string, part: Part) {
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const get = async <T>(path: string): Promise<T> => {
    const answer = await call('GET', path);
    if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const read = (id: string) => get<Sync & { stages: SyncStage[] }>(`/v1/syncs/${id}`);
  return {
    url,
    part,
    call,
    get,
    read,
    /** Starts a sync; returns its id. */
    async start(body: object = {}): Promise<string> {
      const answer = await call('POST', '/v1/syncs', body);
      if (answer.status !== 202) throw new Error(`POST /v1/syncs answered ${answer.status}: ${await answer.text()}`);
      return ((await answer.json()) as Sync).id;
    },
    /** The sync once it has ended. */
    finished: (id: string) =>
      until(async () => {
        const sync = await read(id);
        return !activeStates.some((active) => active === sync.state) && sync;
        // Ten looks a second would use up the key's requests of a minute.
      }, 400),
  };
}

/** Whether a process is stopped, as at a crash point that ends in `!stop`. */
export async function isFrozen(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)!.startsWith('T');
}
