import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelRun, getRun, startRun } from '../../src/control/run.ts';
import type { Db } from '../../src/db/connect.ts';
import { DomainError } from '../../src/model/errors.ts';
import { testDatabase } from '../database.ts';
import { type Backend, backends, openBackend, until } from '../queue/backends.ts';
import { kinds } from '../../workers/main.ts';
import { startTestWorkers } from './parts.ts';
import { systemActor } from '../../src/model/actor.ts';

const request = {
  connectionId: 'default',
  trigger: 'cli',
  mode: 'auto',
  objects: null,
  by: systemActor('test'),
} as const;

describe.each(backends)('workers on %s', (kind) => {
  let db: Db;
  let backend: Backend;
  let child: ChildProcess | undefined;
  beforeAll(async () => {
    db = await testDatabase();
    await db.query(sql`create table public.effect (stage text)`);
    backend = await openBackend(kind, db.url);
  });
  afterAll(async () => {
    await backend.stop();
    await db.close();
  });
  beforeEach(async () => {
    await db.query(sql`truncate public.effect`);
  });
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await db.query(sql`update control.run set state = 'failed' where state in ('queued', 'running', 'canceling')`);
  });

  const startChild = () =>
    (child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./parts.ts', import.meta.url)), JSON.stringify(backend.settings)],
      { stdio: 'inherit' },
    ));
  const reached = (id: string, stage: string) =>
    until(async () => (await getRun(db, id)).stages.some((row) => row.stage === stage));
  const ended = (id: string) =>
    until(async () => {
      const run = await getRun(db, id);
      return run.finishedAt && run;
    });
  const effects = async () =>
    (await db.query<{ stage: string }>(sql`select stage from public.effect`)).map((e) => e.stage);

  it('goes on after kill -9 where the killed worker stopped, with every effect once', async () => {
    const { id } = await startRun(db, request);
    const killed = startChild();
    await reached(id, 'score');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const workers = await startTestWorkers(backend.settings, db, { isOpen: true });
    const run = await ended(id);
    await workers.close();
    expect(run).toMatchObject({ state: 'succeeded', crashCount: 1 });
    expect(await effects()).toEqual(['pull', 'score']);
  });

  it.runIf(kind === 'postgres')('holds one connection for each queue, and four for all of them', async () => {
    const workers = await startTestWorkers(backend.settings, db, { isOpen: true });
    const queues = Object.keys(kinds).length;
    const ofQueues = async () => {
      // Those that wait for a job are named by BullMQ, as their queue is.
      const [row] = await db.query<{ listening: number; all: number }>(sql`
        select count(*) filter (where application_name = any(${Object.keys(kinds)}))::int as listening,
          count(*)::int as all
        from pg_stat_activity where datname = current_database()
          and (application_name like 'assay queue %' or application_name = any(${Object.keys(kinds)}))`);
      return row!;
    };
    await until(async () => (await ofQueues()).listening === queues);
    const { id } = await startRun(db, request);
    await ended(id);
    const { all } = await ofQueues();
    await workers.close();
    expect(all).toBeGreaterThan(queues);
    expect(all).toBeLessThanOrEqual(queues + 4);
    await until(async () => (await ofQueues()).all === 0);
  });

  it('hands a run over at SIGTERM at once, without counting a crash', async () => {
    const { id } = await startRun(db, request);
    const stopped = startChild();
    await reached(id, 'score');
    stopped.kill('SIGTERM');
    expect(await once(stopped, 'exit')).toEqual([0, null]);
    expect(await getRun(db, id)).toMatchObject({ state: 'queued' });
    const workers = await startTestWorkers(backend.settings, db, { isOpen: true });
    const run = await ended(id);
    await workers.close();
    expect(run).toMatchObject({ state: 'succeeded', crashCount: 0 });
    expect(await effects()).toEqual(['pull', 'score']);
  });

  it('ends a run with the reason of a fault that no retry can mend', async () => {
    const { id } = await startRun(db, request);
    const fault = new DomainError('salesforce-login-refused', 'The client secret is wrong.');
    const workers = await startTestWorkers(backend.settings, db, { isOpen: true, fault });
    const run = await ended(id);
    await workers.close();
    expect(run).toMatchObject({
      state: 'failed',
      reasonCode: 'salesforce-login-refused',
      reason: 'The client secret is wrong.',
      nextAction: fault.kind.hint,
    });
  });

  it('gives a run back whose statements fail on the schema of a newer version', async () => {
    const { id } = await startRun(db, request);
    await db.query(sql`insert into public.schema_migration (id, file, checksum) values (9001, '9001_next.sql', '')`);
    const workers = await startTestWorkers(backend.settings, db, { isOpen: true, fault: new Error('no such column') });
    await until(async () => (await getRun(db, id)).stages.length > 0);
    await workers.close();
    await db.query(sql`delete from public.schema_migration where id = 9001`);
    expect(await getRun(db, id)).toMatchObject({ state: 'queued', crashCount: 0, reasonCode: null });
    const next = await startTestWorkers(backend.settings, db, { isOpen: true });
    expect(await ended(id)).toMatchObject({ state: 'succeeded' });
    await next.close();
  });

  it('stops a running run when it is cancelled', async () => {
    const { id } = await startRun(db, request);
    const gate = { isOpen: false };
    const workers = await startTestWorkers(backend.settings, db, gate);
    await reached(id, 'score');
    await cancelRun(db, id, systemActor('test'));
    gate.isOpen = true;
    const run = await ended(id);
    await workers.close();
    expect(run).toMatchObject({ state: 'canceled', reasonCode: 'canceled' });
    expect(await effects()).toEqual(['pull']);
  });
});
