/** `npm run bench -- parts`: everybody of a made CRM matched by one worker process and by two, each on a core of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { raw } from 'sql-template-tag';
import { loadDefinitions } from '../../config/index.ts';
import { connect } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { migrateQueue, type QueueSettings } from '../../src/queue/connection.ts';
import { makeMirror } from '../crm-mirror.ts';
import { Meter } from '../measure.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { stageContext } from '../stage-context.ts';
import { table } from '../table.ts';
import type { Told } from './worker.ts';

export type PartsOptions = { records: number; redis?: string; json?: string };

type Row = { name: string; seconds: number; cpu: number[]; postgresCpu: number; parts: number[]; told: Told };

export async function parts({ records, redis, json }: PartsOptions): Promise<void> {
  const folder = join(await workFolder('parts'), 'postgres');
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  const settings: QueueSettings = { databaseUrl: server.url, redisUrl: redis };
  const children: ChildProcess[] = [];
  try {
    await migrate(db);
    await migrateQueue(settings);
    await makeMirror(db, records);
    const definitions = await loadDefinitions();
    const context = () => stageContext({ db, definitions });
    await standardise(context(), 'Account');
    await standardise(context(), 'Contact');
    const postgres = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    const rows: Row[] = [];
    const start = async () => children.push(await startOn(children.length % availableParallelism(), settings));
    const run = async (name: string, shared: boolean) => {
      // Without a model everything is compared anew.
      await db.query(raw('delete from match.model'));
      await db.query(raw('checkpoint'));
      const meters = [...children.map(({ pid }) => pid ?? -1), postgres].map((pid) => new Meter(pid));
      for (const meter of meters) meter.read();
      const before = meters.map((meter) => meter.cpuSeconds);
      // Backends of PostgreSQL come and go: what they used is seen only while they live.
      const timer = setInterval(() => meters.at(-1)?.read(), 50);
      const told = await asked<Told>(children[0]!, { shared });
      clearInterval(timer);
      for (const meter of meters) meter.read();
      const cpu = meters.map((meter, at) => meter.cpuSeconds - (before[at] ?? 0));
      const counts: number[] = [];
      for (const child of children) counts.push(await asked<number>(child, 'parts'));
      rows.push({
        name,
        seconds: told.seconds,
        cpu: cpu.slice(0, -1),
        postgresCpu: cpu.at(-1) ?? NaN,
        parts: counts,
        told,
      });
      console.error(`${name}: ${told.seconds.toFixed(1)} s`);
    };
    await start();
    await run('one process, no parts', false);
    await run('one process, parts', true);
    await start();
    await run('two processes, parts', true);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const [first] = rows;
    console.log(
      table(
        [
          'match of everybody',
          'wall s',
          'CPU s of workers',
          'of each',
          'of PostgreSQL',
          'all CPU s',
          'parts of each',
          'same pairs',
        ],
        rows.map((row) => [
          row.name,
          row.seconds,
          sum(row.cpu),
          row.cpu.map((one) => one.toFixed(1)).join(' + '),
          row.postgresCpu,
          sum(row.cpu) + row.postgresCpu,
          row.parts.join(' + '),
          JSON.stringify([row.told.pairs, row.told.records]) ===
          JSON.stringify([first?.told.pairs, first?.told.records])
            ? 'yes'
            : 'NO',
        ]),
        1,
      ),
    );
    await writeReport(json, 'parts', { records, rows });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await db.close();
    await server.stop();
  }
}

/** On a core of its own where the system can tell it so (Linux); a worker starts as many threads as it has cores. */
async function startOn(core: number, settings: QueueSettings): Promise<ChildProcess> {
  const script = [join(import.meta.dirname, 'worker.ts'), JSON.stringify(settings)];
  const pinned = process.platform === 'linux' ? ['taskset', '-c', String(core), process.execPath] : [process.execPath];
  const [command = '', ...args] = [...pinned, ...script];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return child;
}

async function asked<T>(child: ChildProcess, order: { shared: boolean } | 'parts'): Promise<T> {
  const done = new AbortController();
  const answer = once(child, 'message', done);
  const gone = once(child, 'exit', done).then(() => Promise.reject(new Error('A worker process of the bench ended.')));
  child.send(order);
  try {
    return ((await Promise.race([answer, gone])) as [T])[0];
  } finally {
    gone.catch(() => {});
    done.abort();
  }
}
