/** A newer version migrates the database while a worker of this one is at a sync: it gives the sync back and ends, and the newer one goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { isFrozen, prepareService, type Service } from './service.ts';
import { nothingDoubled } from './state.ts';

const objects = ['User', 'Account', 'Contact', 'Lead'];
/** Milliseconds from the migration until an old worker has ended: a look every two seconds, and what it has to hand over. */
const patience = 20_000;

let org: Org;
beforeAll(async () => {
  org = await startOrg({ accounts: 25 });
});
afterAll(() => org.close());

/** A migration of the next version that takes a table away from under the statements of this one; returns how to be that version. */
async function migrateAhead({ db }: Service): Promise<() => Promise<void>> {
  await db.query(sql`alter table match.touched rename to touched_of_the_next_version`);
  await db.query(sql`insert into public.schema_migration (id, file, checksum) values (9001, '9001_next.sql', '')`);
  return async () => {
    await db.query(sql`alter table match.touched_of_the_next_version rename to touched`);
    await db.query(sql`delete from public.schema_migration where id = 9001`);
  };
}

it('in mid-sync: nothing fails, nothing is lost, nothing doubled', { timeout: 400_000 }, async () => {
  const service = await prepareService({ queue: 'postgres', emulator: org.emulator });
  try {
    const api = await service.serve();
    const old = service.worker('pull.before_commit#2!stop');
    await old.ready;
    const id = await api.start({ objects, mode: 'full' });
    await until(() => isFrozen(old.process.pid!));
    const becomeNext = await migrateAhead(service);
    old.process.kill('SIGCONT');
    const late = new AbortController();
    const end = await Promise.race([
      old.ended,
      sleep(patience, 'still there', { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    expect(end, service.tail()).toEqual([0, null]);
    expect(await api.read(id)).toMatchObject({ state: 'queued', reasonCode: null });
    expect(service.log()).toContain('a newer version has migrated the database');
    const readiness = await fetch(`${api.url}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.text()).toContain('9001_next.sql');
    // Started again, it says why it does not.
    const again = service.worker();
    await expect(again.ready).rejects.toThrow('9001_next.sql');

    await becomeNext();
    const next = service.worker();
    await next.ready;
    const run = await api.finished(id);
    expect(run.state, run.reason ?? service.tail()).toMatch(/^succeeded/);
    expect(await service.db.query(sql`select crash_count from control.run where id = ${id}`)).toEqual([
      { crash_count: 0 },
    ]);
    expect(await nothingDoubled(service.db)).toEqual([]);
    expect(await next.stop()).toEqual([0, null]);
  } finally {
    await service.close();
  }
});
