/** `npm run bench -- growth`: nights of 1 % of edits on real processes, and what of tables, memory and handles grows by them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Change } from '@assay/emulator/change.ts';
import { Random } from '@assay/emulator/seed/random.ts';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startSlackReceiver } from '@assay/emulator/slack.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import { createKey } from '../../src/control/key.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { systemActor } from '../../src/model/actor.ts';
import { memoryOf } from '../memory.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { table } from '../table.ts';

export type GrowthOptions = { nights: number; accounts: number; seed: number; json?: string };

const mega = 1e6;
type Relation = { name: string; bytes: number; rows: number; dead: number };
type Held = { memoryMiB: number; handles: number };
type Night = {
  night: number;
  seconds: number;
  databaseMB: number;
  walMB: number;
  dead: number;
  /** Jobs that the queue keeps, done ones too. */
  jobs: number;
  worker: Held;
  serve: Held;
  connections: number;
};

/** What is edited in each object, as people do it: a share of the records of each night. */
const edited = {
  Account: (random: Random) => ({ Phone: `+1 212 555 ${random.int(1000, 9999)}` }),
  Contact: (random: Random) => ({ Title: `Head of Region ${random.int(1, 99)}` }),
  Lead: (random: Random) => ({ Title: `Buyer ${random.int(1, 99)}` }),
  Opportunity: (random: Random) => ({ Amount: random.int(1_000, 90_000) }),
  Task: (random: Random) => ({ Subject: `Call ${random.int(1, 999)}` }),
};

/** @throws Error where a night did not succeed */
export async function growthBench({ nights, accounts, seed, json }: GrowthOptions): Promise<void> {
  const folder = await workFolder('growth');
  await rm(folder, { recursive: true, force: true });
  const org = join(folder, 'org');
  await mkdir(org, { recursive: true });
  await writeSeededOrg(org, { seed, accounts });
  const server = await startEmbeddedPostgres(join(folder, 'postgres'));
  const db = connect(server.url, { name: 'bench' });
  await migrate(db);
  let night = 0;
  const now = () => Date.now() + night * 86_400_000;
  const emulator = await startEmulator({ org, now: () => new Date(now()) });
  const slack = await startSlackReceiver({ now });
  const { key } = await createKey(db, { name: 'bench', scopes: ['admin'] }, systemActor('bench'));
  const environment = {
    PATH: process.env.PATH,
    DATABASE_URL: server.url,
    PORT: '0',
    LOG_LEVEL: 'warn',
    SALESFORCE_LOGIN_URL: emulator.loginUrl,
    SALESFORCE_CLIENT_ID: emulator.clientId,
    SALESFORCE_CLIENT_SECRET: emulator.clientSecret,
    SLACK_BOT_TOKEN: 'xoxb-growth',
    SLACK_CHANNEL: 'C0GROWTH',
    SLACK_API_URL: slack.apiUrl,
  };
  const serve = await start(['assay.mjs', 'serve'], environment);
  const worker = await start(['bench/growth/worker-process.ts'], environment);
  const random = new Random(seed, 'edits');
  const lived: Night[] = [];
  const sizes: Relation[][] = [];
  try {
    const api = apiOf(serve.first.url!, key);
    for (; night <= nights; night += 1) {
      if (night > 0) {
        await worker.ask();
        await post(`${emulator.url}/control/changes`, await editsOf(emulator.url, random));
      }
      const [from] = await db.query<{ at: string }>(sql`select pg_current_wal_lsn()::text as at`);
      const began = performance.now();
      await api.sync();
      const seconds = (performance.now() - began) / 1000;
      await api.look();
      const [wal] = await db.query<{ mb: number }>(
        sql`select (pg_current_wal_lsn() - ${from!.at}::pg_lsn)::float8 / 1e6 as mb`,
      );
      const relations = await relationsOf(db);
      sizes.push(relations);
      lived.push({
        night,
        seconds,
        databaseMB: relations.reduce((sum, { bytes }) => sum + bytes, 0) / mega,
        walMB: wal!.mb,
        dead: relations.reduce((sum, { dead }) => sum + dead, 0),
        jobs: relations.find(({ name }) => name === 'bullmq.job')?.rows ?? 0,
        worker: heldBy(worker.child.pid!),
        serve: heldBy(serve.child.pid!),
        connections: await connectionsOf(db),
      });
      if (night % 5 === 0) console.error(`night ${night}: ${seconds.toFixed(1)} s`);
    }
    console.log(nightTable(lived));
    console.log(`\n${growthTable(sizes)}`);
    await writeReport(json, 'growth', { nights, accounts, seed, lived, sizes: [sizes.at(1), sizes.at(-1)] });
  } finally {
    await Promise.all([worker.stop(), serve.stop()]);
    await slack.close();
    await emulator.close();
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Process = {
  child: ChildProcess;
  /** The line it began with. */
  first: Record<string, string>;
  /** Sends a line and waits for one. */
  ask(): Promise<void>;
  stop(): Promise<void>;
};

/** Resolves with its first line. @throws Error when it ends before. */
async function start(command: string[], env: NodeJS.ProcessEnv): Promise<Process> {
  const child = spawn(process.execPath, command, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Interface = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const line = async () => {
    const [text] = (await Promise.race([
      once(lines, 'line'),
      ended.then(([code]) => Promise.reject(new Error(`${command.join(' ')} ended with ${code}`))),
    ])) as [string];
    return JSON.parse(text) as Record<string, string>;
  };
  const first = await line();
  return {
    child,
    first,
    async ask() {
      const answered = line();
      child.stdin.write('\n');
      await answered;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended.catch(() => {});
    },
  };
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function apiOf(url: string, key: string) {
  const headers = { authorization: `Bearer ${key}` };
  const get = async (path: string) => {
    const answer = await fetch(url + path, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    async sync() {
      const { id } = (await (await post(`${url}/v1/syncs`, {}, headers)).json()) as { id: string };
      for (;;) {
        const run = await get(`/v1/syncs/${id}`);
        if (String(run.state).startsWith('succeeded')) return;
        if (['failed', 'canceled'].includes(String(run.state)))
          throw new Error(`A night failed: ${String(run.reason)}`);
        await sleep(200);
      }
    },
    /** What a console asks in a day. */
    async look() {
      for (const path of [
        '/v1/scores',
        '/v1/findings?limit=100',
        '/v1/incidents',
        '/v1/metrics',
        '/v1/metrics/bookings/values',
        '/v1/duplicates',
        '/v1/reviews',
        '/v1/fixes',
      ])
        for (let time = 0; time < 5; time += 1) await get(path);
    },
  };
}

async function editsOf(url: string, random: Random): Promise<Change[]> {
  const changes: Change[] = [];
  for (const [sobject, fields] of Object.entries(edited)) {
    const rows = (await (await fetch(`${url}/control/rows?sobject=${sobject}`)).json()) as { Id: string }[];
    for (const { Id: id } of rows) {
      if (random.chance(0.01)) changes.push({ op: 'update', sobject, id, fields: fields(random) });
    }
  }
  return changes;
}

const relationsOf = (db: Db): Promise<Relation[]> =>
  db.query<Relation>(sql`select s.schemaname || '.' || s.relname as name, pg_total_relation_size(s.relid)::float8 as bytes,
    s.n_live_tup::float8 as rows, s.n_dead_tup::float8 as dead from pg_stat_user_tables s order by 1`);

async function connectionsOf(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(sql`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  return row!.n;
}

/** Linux only, NaN elsewhere. */
const heldBy = (pid: number): Held => ({
  memoryMiB: memoryOf(pid).now,
  handles: process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : NaN,
});

/** The first nights one by one, then every fifth. */
function nightTable(lived: readonly Night[]): string {
  const header = [
    'night',
    's',
    'tables MB',
    'WAL MB',
    'dead rows',
    'jobs kept',
    'worker MiB',
    'handles',
    'API MiB',
    'handles',
    'connections',
  ];
  const rows = lived
    .filter(({ night }) => night < 3 || night % 5 === 0 || night === lived.length - 1)
    .map((one) => [
      one.night,
      one.seconds,
      one.databaseMB,
      one.walMB,
      one.dead,
      one.jobs,
      Math.round(one.worker.memoryMiB),
      one.worker.handles,
      Math.round(one.serve.memoryMiB),
      one.serve.handles,
      one.connections,
    ]);
  return table(header, rows, 1);
}

/** Each table that grew since the third night, by what it grows in a night, the largest first. */
function growthTable(sizes: readonly Relation[][]): string {
  const from = Math.min(3, sizes.length - 1);
  const before = new Map(sizes[from]!.map((one) => [one.name, one]));
  const nights = Math.max(1, sizes.length - 1 - from);
  const rows = sizes
    .at(-1)!
    .map((last) => {
      const first = before.get(last.name) ?? { bytes: 0, rows: 0 };
      return [
        last.name,
        first.bytes / mega,
        last.bytes / mega,
        (last.bytes - first.bytes) / 1000 / nights,
        Math.round((last.rows - first.rows) / nights),
        last.dead,
      ] as const;
    })
    .filter(([, , , kilobytes]) => kilobytes > 0)
    .toSorted((one, other) => other[3] - one[3]);
  return table(
    [
      'table',
      `MB after night ${from}`,
      `MB after night ${sizes.length - 1}`,
      'kB a night',
      'rows a night',
      'dead rows',
    ],
    rows,
    1,
  );
}
