/** A run whose worker has vanished is taken from it, and one that Salesforce does not answer waits. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freeRun } from '../../src/control/evict.ts';
import { assertFence, heartbeat, releaseLease, takeLease } from '../../src/control/lease.ts';
import { waitOut } from '../../src/control/outage.ts';
import { reapRuns } from '../../src/control/reaper.ts';
import { cancelRun, getRun, startRun, type RunRequest } from '../../src/control/run.ts';
import type { Db } from '../../src/db/connect.ts';
import { DomainError } from '../../src/model/errors.ts';
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
/** Everybody lives and the queue has every job. */
const reap = () => reapRuns(db, { isGone: () => false, isPending: async () => true });

describe('the fence', () => {
  it('held by a stage that commits lets heartbeats and cancelling pass, and keeps a takeover waiting', async () => {
    const { id } = await startRun(db, request);
    const lease = (await takeLease(db, id, 'worker'))!;
    let released: Promise<void> | undefined;
    await db.transaction(async (tx) => {
      await assertFence(tx, lease);
      expect(await heartbeat(db, lease)).toBe('held');
      await expire();
      expect(await reap()).toEqual({ requeued: [], ended: [] });
      expect(await heartbeat(db, lease)).toBe('held');
      expect(await cancelRun(db, id, systemActor('test'))).toMatchObject({ state: 'canceling' });
      released = releaseLease(db, lease, true);
      await sleep(100);
      expect(await getRun(db, id)).toMatchObject({ state: 'canceling' });
    });
    await released;
    expect(await getRun(db, id)).toMatchObject({ state: 'canceled' });
  });
});

describe('an outage', () => {
  const fault = new DomainError('salesforce-unreachable', 'Nobody answers.');
  const hour = 3600;
  /** Takes the waiting run and meets the outage again; the seconds until the next try, or what the outage has lasted. */
  async function meet(id: string, limit = hour): Promise<number | string> {
    await db.query(sql`update control.run set parked_until = now() where id = ${id}`);
    const lease = (await takeLease(db, id, 'worker'))!;
    const ended = await waitOut(db, lease, fault, limit);
    if (ended) return `${Math.round(ended.lastedSeconds)} s`;
    expect(await getRun(db, id)).toMatchObject({ state: 'waiting', reasonCode: fault.code, reason: 'Nobody answers.' });
    expect(await takeLease(db, id, 'too early')).toBeNull();
    return Math.round(((await getRun(db, id)).nextTryAt!.getTime() - Date.now()) / 1000);
  }
  const pass = (id: string, seconds: number) =>
    db.query(
      sql`update control.run set outage_since = outage_since - make_interval(secs => ${seconds}) where id = ${id}`,
    );

  it('is waited for ever longer until its limit, on which the last try falls', async () => {
    const { id } = await startRun(db, request);
    expect([await meet(id), await meet(id), await meet(id)]).toEqual([15, 30, 60]);
    await pass(id, hour - 20);
    const last = await meet(id);
    expect(last).toBeGreaterThan(15);
    expect(last).toBeLessThanOrEqual(20);
    await pass(id, 20);
    expect(await meet(id)).toMatch(/^36\d\d s$/);
  });

  it('after a step that got done is a new one', async () => {
    const { id } = await startRun(db, request);
    expect([await meet(id), await meet(id)]).toEqual([15, 30]);
    await pass(id, 2 * hour);
    await db.query(sql`insert into control.run_stage (run_id, stage, subject, state, finished_at)
      values (${id}, 'pull', 'Account', 'done', now())`);
    expect(await meet(id)).toBe(15);
  });

  it('is not waited for where the limit is none', async () => {
    const { id } = await startRun(db, request);
    expect(await meet(id, 0)).toBe('0 s');
  });
});

describe('a run whose lease has run out', () => {
  it('is taken from whoever holds its row in a transaction older than a lease, and from nobody else', async () => {
    const { id } = await startRun(db, request);
    await takeLease(db, id, 'worker');
    await expire();
    const holder = new pg.Client({ connectionString: db.url });
    holder.on('error', () => {});
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from control.run where id = $1 for share', [id]);
    await freeRun(db, id, null);
    expect((await holder.query('select 1')).rowCount).toBe(1);
    expect(await reap()).toEqual({ requeued: [], ended: [] });
    await freeRun(db, id, null, 0);
    await expect(holder.query('select 1')).rejects.toThrow(/terminat|not queryable/i);
    expect(await reap()).toEqual({ requeued: [id], ended: [] });
  });

  it('ends when it is cancelled, with no worker there', async () => {
    const { id } = await startRun(db, request);
    await takeLease(db, id, 'worker');
    await expire();
    expect(await cancelRun(db, id, systemActor('test'))).toMatchObject({ state: 'canceled', reasonCode: 'canceled' });
    expect((await getRun(db, id)).finishedAt).not.toBeNull();
  });
});
