import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { appendEvent, listEvents } from '../../src/control/event.ts';
import { finishRun, heartbeat, releaseLease, takeLease, writeFenced } from '../../src/control/lease.ts';
import { relayOutbox } from '../../src/control/outbox.ts';
import { isGone, thisOwner } from '../../src/control/owner.ts';
import { reapRuns, type Sight } from '../../src/control/reaper.ts';
import { cancelRun, getRun, listRuns, startRun, type RunRequest } from '../../src/control/run.ts';
import { openStages } from '../../src/control/stage.ts';
import type { Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';
import { systemActor } from '../../src/model/actor.ts';

const request: RunRequest = {
  connectionId: 'default',
  trigger: 'http',
  mode: 'auto',
  objects: ['Account'],
  by: systemActor('test'),
};

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.query(sql`truncate control.run, control.outbox cascade`);
});

const expire = () => db.query(sql`update control.run set lease_until = now() - interval '1 second'`);
/** Everybody lives and the queue has every job, unless told otherwise. */
const reap = (sight: Partial<Sight> = {}) =>
  reapRuns(db, { isGone: () => false, isPending: async () => true, ...sight });
const unsent = () => db.query<{ job_id: string }>(sql`select job_id from control.outbox where sent_at is null`);

describe('starting', () => {
  it('writes the run and its job together', async () => {
    const run = await startRun(db, request);
    expect(run).toMatchObject({ state: 'queued', objects: ['Account'], trigger: 'http', crashCount: 0 });
    expect(await unsent()).toEqual([{ job_id: run.id }]);
  });

  it('lets one of fifty at once through and points the others to it', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => startRun(db, request)));
    const [started] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({
          code: 'sync-already-active',
          headers: { location: `/v1/syncs/${started!.id}` },
        });
      }
    }
    expect(await unsent()).toHaveLength(1);
  });

  it('refuses a connection that does not exist', async () => {
    await expect(startRun(db, { ...request, connectionId: 'other' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('listing', () => {
  it('pages through runs of the same instant without losing or repeating one', async () => {
    const ids = [];
    for (let n = 0; n < 5; n += 1) {
      const run = await startRun(db, request);
      await cancelRun(db, run.id, systemActor('test'));
      ids.push(run.id);
    }
    await db.query(sql`update control.run set created_at = '2026-01-01T00:00:00.123456Z'`);
    const seen: string[] = [];
    for (let before: { createdAt: string; id: string } | undefined; ;) {
      const page = await listRuns(db, { limit: 2, ...(before ? { before } : {}) });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      before = { createdAt: page.at(-1)!.cursorAt, id: page.at(-1)!.id };
    }
    expect(seen).toEqual(ids.toReversed());
  });
});

describe('cancelling', () => {
  it('ends a queued run at once, and a second time is an error', async () => {
    const { id } = await startRun(db, request);
    expect(await cancelRun(db, id, systemActor('test'))).toMatchObject({ state: 'canceled', reasonCode: 'canceled' });
    await expect(cancelRun(db, id, systemActor('test'))).rejects.toMatchObject({ code: 'sync-not-active' });
    expect(await takeLease(db, id, 'late')).toBeNull();
  });

  it('stops the writes of a running one and tells its worker', async () => {
    const { id } = await startRun(db, request);
    const lease = (await takeLease(db, id, 'worker'))!;
    expect(await cancelRun(db, id, systemActor('test'))).toMatchObject({ state: 'canceling', finishedAt: null });
    expect(await heartbeat(db, lease)).toBe('canceling');
    await expect(writeFenced(db, lease, async () => 1)).rejects.toMatchObject({ code: 'canceled' });
    await releaseLease(db, lease, true);
    expect(await getRun(db, id)).toMatchObject({ state: 'canceled' });
  });

  it('of an unknown run is not found', async () => {
    await expect(cancelRun(db, 'run_no', systemActor('test'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the lease', () => {
  it('goes to one of many takers', async () => {
    const { id } = await startRun(db, request);
    const taken = await Promise.all(Array.from({ length: 8 }, (_, n) => takeLease(db, id, `worker ${n}`)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('lets a stale worker change nothing, even when it loses the lease inside its transaction', async () => {
    const { id } = await startRun(db, request);
    const stale = (await takeLease(db, id, 'stale'))!;
    const write = writeFenced(db, stale, async (tx) => {
      await tx.query(sql`insert into control.connection (id, name) values ('written-by-stale', 'x')`);
      await expire();
      await reap();
      expect(await takeLease(db, id, 'next')).toMatchObject({ fence: '2' });
    });
    await expect(write).rejects.toMatchObject({ code: 'lease-lost' });
    expect(await db.query(sql`select from control.connection where id = 'written-by-stale'`)).toEqual([]);
    expect(await heartbeat(db, stale)).toBe('lost');
    await finishRun(db, stale, { state: 'succeeded' });
    expect(await getRun(db, id)).toMatchObject({ state: 'running' });
  });

  it('keeps beating while a long transaction writes', async () => {
    const { id } = await startRun(db, request);
    const lease = (await takeLease(db, id, 'worker'))!;
    expect(await writeFenced(db, lease, () => heartbeat(db, lease))).toBe('held');
  });

  it('released at shutdown is queued again under a new job id', async () => {
    const { id } = await startRun(db, request);
    await releaseLease(db, (await takeLease(db, id, 'worker'))!, true);
    expect((await unsent()).map((row) => row.job_id)).toEqual([id, `${id}-2`]);
    expect(await takeLease(db, id, 'next')).toMatchObject({ runId: id, fence: '2' });
  });
});

describe('the reaper', () => {
  it('survives ten crashes and ends the run at the eleventh, with what to do', async () => {
    const { id } = await startRun(db, request);
    for (let crash = 1; crash <= 10; crash += 1) {
      await takeLease(db, id, `worker ${crash}`);
      await expire();
      expect(await reap()).toEqual({ requeued: [id], ended: [] });
    }
    expect((await unsent()).map((row) => row.job_id)).toContain(`${id}-11`);
    await takeLease(db, id, 'worker 11');
    await expire();
    expect(await reap()).toEqual({ requeued: [], ended: [id] });
    const run = await getRun(db, id);
    expect(run).toMatchObject({ state: 'failed', reasonCode: 'crashed-repeatedly', crashCount: 11 });
    expect(run.nextAction).toContain('log of the worker');
  });

  it('leaves a living lease alone and ends a cancelled run whose worker is gone', async () => {
    const { id } = await startRun(db, request);
    await takeLease(db, id, 'worker');
    expect(await reap()).toEqual({ requeued: [], ended: [] });
    await cancelRun(db, id, systemActor('test'));
    await expire();
    expect(await reap()).toEqual({ requeued: [], ended: [id] });
    expect(await getRun(db, id)).toMatchObject({ state: 'canceled' });
  });

  // Elsewhere a process cannot be told from a later one with its pid, and leases run out by themselves.
  it.runIf(process.platform === 'linux')('takes the run of a process that is gone at once, and no other', async () => {
    const { id } = await startRun(db, request);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    // The name the child would give itself: ours with its own pid and start.
    const [host, , place] = thisOwner().split(' ');
    const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
    const owner = [host, child.pid, place, stat.split(') ').at(-1)!.split(' ')[19]].join(' ');
    await takeLease(db, id, owner);
    expect(isGone(thisOwner())).toBe(false);
    expect(await reap({ isGone })).toEqual({ requeued: [], ended: [] });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await reap({ isGone })).toEqual({ requeued: [id], ended: [] });
    expect(isGone(owner.replace(/ [^ ]+\/pid/, ' elsewhere/pid'))).toBe(false);
    expect(isGone(`${host} 1 - -`)).toBe(false);
  });

  it('rebuilds the job of a queued run that the queue forgot, and of no other', async () => {
    const { id } = await startRun(db, request);
    await relayOutbox(db, async () => {});
    const isPending = async () => false;
    expect((await reap({ isPending })).requeued).toEqual([]);
    await db.query(sql`update control.outbox set sent_at = now() - interval '11 seconds'`);
    expect((await reap()).requeued).toEqual([]);
    expect((await reap({ isPending })).requeued).toEqual([id]);
    expect((await reap({ isPending })).requeued).toEqual([]);
  });
});

describe('the outbox', () => {
  it('keeps what could not be sent', async () => {
    const { id } = await startRun(db, request);
    await expect(relayOutbox(db, () => Promise.reject(new Error('queue is down')))).rejects.toThrow('queue is down');
    const sent: string[] = [];
    expect(await relayOutbox(db, async (job) => void sent.push(job.jobId))).toBe(1);
    expect(sent).toEqual([id]);
    expect(await relayOutbox(db, async () => {})).toBe(0);
  });
});

describe('stages and events', () => {
  it('knows the steps that an earlier worker finished or left out, with their warnings', async () => {
    const { id } = await startRun(db, request);
    const first = (await takeLease(db, id, 'first'))!;
    const stages = openStages(db, first);
    await stages.start('pull', 'Account');
    await stages.finish('pull', 'Account', { readCount: 7, changedCount: 2, warnings: ['one odd row'] });
    await stages.skip('pull', 'Case', 'no permission');
    await stages.start('match', 'person');
    await releaseLease(db, first, true);

    const again = openStages(db, (await takeLease(db, id, 'second'))!);
    expect(await again.isDone('pull', 'Account')).toBe(true);
    expect(await again.isDone('pull', 'Case')).toBe(true);
    expect(await again.isDone('match', 'person')).toBe(false);
    expect(await again.warnings()).toEqual(['Case was left out: no permission', 'one odd row']);
    await expect(stages.finish('match', 'person', { readCount: 1, changedCount: 1 })).rejects.toMatchObject({
      code: 'lease-lost',
    });
    expect((await getRun(db, id)).stages).toMatchObject([
      { stage: 'pull', subject: 'Account', state: 'done', readCount: 7, changedCount: 2 },
      { stage: 'pull', subject: 'Case', state: 'skipped' },
      { stage: 'match', state: 'running', finishedAt: null },
    ]);
  });

  it('reads events on from any sequence, in order, also when many write at once', async () => {
    const { id } = await startRun(db, request);
    await Promise.all(Array.from({ length: 20 }, (_, n) => appendEvent(db, id, 'progress', { n })));
    const all = await listEvents(db, id, 0);
    expect(all).toHaveLength(21);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence).toSorted((a, b) => a - b));
    expect(await listEvents(db, id, all[18]!.sequence)).toEqual(all.slice(19));
  });
});
