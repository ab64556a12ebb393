/** A run whose worker has vanished is taken from it. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freeRun } from '../../src/control/evict.ts';
import { assertFence, heartbeat, releaseLease, takeLease } from '../../src/control/lease.ts';
import { reapRuns } from '../../src/control/reaper.ts';
import { cancelRun, getRun, startRun, type RunRequest } from '../../src/control/run.ts';
import type { Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';

const request: RunRequest = {
  connectionId: 'default',
  trigger: 'http',
  mode: 'auto',
  objects: ['Account'],
  requestedBy: 'test',
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
      expect(await cancelRun(db, id)).toMatchObject({ state: 'canceling' });
      released = releaseLease(db, lease, true);
      await sleep(100);
      expect(await getRun(db, id)).toMatchObject({ state: 'canceling' });
    });
    await released;
    expect(await getRun(db, id)).toMatchObject({ state: 'canceled' });
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
    await expect(holder.query('select 1')).rejects.toThrow(/terminat/i);
    expect(await reap()).toEqual({ requeued: [id], ended: [] });
  });

  it('ends when it is cancelled, with no worker there', async () => {
    const { id } = await startRun(db, request);
    await takeLease(db, id, 'worker');
    await expire();
    expect(await cancelRun(db, id)).toMatchObject({ state: 'canceled', reasonCode: 'canceled' });
    expect((await getRun(db, id)).finishedAt).not.toBeNull();
  });
});
