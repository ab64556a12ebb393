import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Db } from '../../src/db/connect.ts';
import { DomainError } from '../../src/model/errors.ts';
import { silentLog } from '../../src/model/ports.ts';
import { migrateQueue, openQueueBackend, type QueueBackend } from '../../src/queue/connection.ts';
import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { beatsOf, ensureBeats } from '../../src/queue/schedule.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { testDatabase } from '../database.ts';
import { type Backend, backends, openBackend, until } from './backends.ts';

const kinds = {
  sync: { payload: z.strictObject({ runId: z.string() }), concurrency: 1 },
  tick: { payload: z.strictObject({}), concurrency: 1, every: 60_000 },
  notify: { payload: z.strictObject({}), concurrency: 1, every: 60_000 },
};

describe.each(backends)('on %s', (kind) => {
  let db: Db;
  let backend: Backend;
  let shared: QueueBackend;
  let queues: Queues<keyof typeof kinds>;
  beforeAll(async () => {
    db = await testDatabase();
    backend = await openBackend(kind, db.url);
    await Promise.all([migrateQueue(backend.settings), migrateQueue(backend.settings)]);
    shared = openQueueBackend(backend.settings, Object.keys(kinds).length);
    queues = openQueues(shared, kinds, silentLog);
  });
  afterAll(async () => {
    await queues.close();
    await shared.close();
    await backend.stop();
    await db.close();
  });

  it('runs a job once though it is added thrice, and never again what cannot help', async () => {
    const ran: string[] = [];
    for (const jobId of ['run_a', 'run_a', 'run_a', 'run_b']) {
      await queues.add({ queue: 'sync', jobId, payload: { runId: jobId } });
    }
    const worker = startWorker(
      shared,
      'sync',
      kinds.sync,
      async ({ payload }) => {
        ran.push(payload.runId);
        if (payload.runId === 'run_b') throw new DomainError('salesforce-login-refused', 'no');
      },
      silentLog,
    );
    const counts = await until(async () => {
      const now = await queues.counts('sync');
      return now.completed + now.failed === 2 && now;
    });
    await worker.close(5_000);
    expect(ran.toSorted()).toEqual(['run_a', 'run_b']);
    expect(counts).toMatchObject({ completed: 1, failed: 1, waiting: 0, delayed: 0 });
  });

  it('puts a job back for later when another try may help', async () => {
    await queues.add({ queue: 'notify', jobId: 'later', payload: {} });
    const last: boolean[] = [];
    const worker = startWorker(
      shared,
      'notify',
      kinds.notify,
      async (job) => {
        last.push(job.isLastAttempt);
        throw new DomainError('salesforce-unreachable', 'no answer');
      },
      silentLog,
    );
    await until(async () => (await queues.counts('notify')).delayed === 1);
    await worker.close(5_000);
    expect(last).toEqual([false]);
  });

  it('refuses unknown queues and payloads', async () => {
    await expect(queues.add({ queue: 'other', jobId: 'x', payload: {} })).rejects.toThrow('Invalid option');
    await expect(queues.add({ queue: 'sync', jobId: 'x', payload: { email: 'a@b.c' } })).rejects.toThrow('runId');
  });

  it('knows the beats of the kinds that have one', () => {
    expect(beatsOf(kinds)).toEqual({ tick: 60_000, notify: 60_000 });
  });

  it('keeps an overdue beat when it starts again, and changes one that differs', async () => {
    const every = { tick: 60_000, notify: 60_000 };
    await Promise.all([ensureBeats(queues, every), ensureBeats(queues, every), ensureBeats(queues, every)]);
    const before = await queues.of.tick.getJobScheduler('tick');
    await ensureBeats(queues, every);
    expect(await queues.of.tick.getJobScheduler('tick')).toEqual(before);
    await ensureBeats(queues, { ...every, tick: 90_000 });
    expect(Number((await queues.of.tick.getJobScheduler('tick'))?.every)).toBe(90_000);
    expect(await queues.of.tick.getJobSchedulersCount()).toBe(1);
  });

  it('brings the beats back after the queue has lost them', async () => {
    await queues.of.tick.obliterate({ force: true });
    await queues.of.tick.removeJobScheduler('tick');
    expect(await queues.of.tick.getJobScheduler('tick')).toBeFalsy();
    await ensureBeats(queues, { tick: 60_000, notify: 60_000 });
    expect(await queues.of.tick.getJobSchedulersCount()).toBe(1);
  });

  it('tells the active job to stop and does not wait for one that will not', async () => {
    await queues.add({ queue: 'sync', jobId: 'run_deaf', payload: { runId: 'run_deaf' } });
    let told = false;
    let begun = false;
    const worker = startWorker(
      shared,
      'sync',
      kinds.sync,
      async (_job, signal) => {
        begun = true;
        signal.addEventListener('abort', () => (told = true));
        await new Promise(() => {});
      },
      silentLog,
    );
    await until(() => begun);
    await worker.close(200);
    expect(told).toBe(true);
  });
});
