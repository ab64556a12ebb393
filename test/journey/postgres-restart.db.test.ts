import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { connect, type Db } from '../../src/db/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';
import { nothingDoubled } from './state.ts';

// A server of this file's own: it is killed.
const objects = ['User', 'Account', 'Contact', 'Lead'];
let folder: string;
let postgres: EmbeddedPostgres;
let db: Db;
let org: Org;
let service: Service;
let api: Api;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-postgres-'));
  // The server runs as a user of its own.
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres(join(folder, 'postgres'));
  db = connect(postgres.url, { name: 'test', onError: () => {} });
  await migrate(db);
  org = await startOrg({ accounts: 25 });
  service = await prepareService({ queue: 'postgres', emulator: org.emulator, database: db });
  api = await service.serve();
});
afterAll(async () => {
  await service.close();
  await org.close();
  await db.close();
  await postgres.stop();
  await rm(folder, { recursive: true });
});

/** As the power cut of the database alone: every process of it is gone at once, nothing is written any more. */
async function killPostgres(): Promise<void> {
  const home = join(folder, 'postgres', 'data');
  const pid = Number((await readFile(join(home, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
}

/** Backends of a killed server go by themselves; until then a new one refuses to start. */
const restart = () =>
  until(async () => {
    try {
      const again = await startEmbeddedPostgres(join(folder, 'postgres'));
      expect(again.url).toBe(postgres.url);
      return true;
    } catch {
      return false;
    }
  }, 500);

const answered = <T>(ask: () => Promise<T>) => until(() => ask().catch(() => null), 300);

it.each([
  ['pull', 'Contact'],
  ['standardise', 'Lead'],
])('a run goes on by itself when PostgreSQL is killed in %s %s', { timeout: 400_000 }, async (stage, subject) => {
  const worker = service.worker();
  await worker.ready;
  const id = await api.start({ objects, mode: 'full' });
  await until(
    async () =>
      (
        await db.query(
          sql`select from control.run_stage where run_id = ${id} and stage = ${stage} and subject = ${subject}`,
        )
      ).length > 0,
    5,
  );
  await killPostgres();
  await restart();
  const run = await answered(() => api.finished(id));
  expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
  // The same worker process: it lived through it.
  expect(worker.process.exitCode).toBeNull();
  const rows = (await (await fetch(`${org.emulator.url}/control/rows?sobject=Contact`)).json()) as unknown[];
  const [mirrored] = await db.query<{ n: number }>(sql`select count(*)::int as n from mirror.contact`);
  expect(mirrored!.n).toBe(rows.length);
  expect(await nothingDoubled(db)).toEqual([]);
  expect(await worker.stop()).toEqual([0, null]);
});
