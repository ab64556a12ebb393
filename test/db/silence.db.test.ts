/** A connection lost on the way without a word is found out and cut; one whose statement merely takes long is not. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { connect, type Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';
import { type SilentProxy, startSilentProxy } from '../journey/silent-proxy.ts';
import { until } from '../queue/backends.ts';

let direct: Db;
let proxy: SilentProxy;
let db: Db;
beforeAll(async () => {
  direct = await testDatabase();
  await direct.query(sql`create table public.mark (n int)`);
  const url = new URL(direct.url);
  proxy = await startSilentProxy({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  db = connect(url.href, { name: 'silent' });
});
afterAll(async () => {
  await db.close();
  await proxy.close();
  await direct.close();
});

const backends = () =>
  direct.query<{ pid: number }>(
    sql`select pid from pg_stat_activity where starts_with(application_name, 'assay silent ')`,
  );

it(
  'an answer that never came: the statement fails, its locks are free, the pool goes on',
  { timeout: 90_000 },
  async () => {
    const silent = Promise.withResolvers<void>();
    const lost = db.transaction(async (tx) => {
      await tx.query(sql`lock table public.mark`);
      proxy.silence();
      silent.resolve();
      await tx.query(sql`insert into public.mark values (1)`);
    });
    const told = lost.then(
      () => 'answered',
      (error: Error) => error.message,
    );
    await silent.promise;
    proxy.heal();
    expect(await told).toMatch(/silent|terminated/);
    await until(async () => (await backends()).length === 0);
    await db.query(sql`insert into public.mark values (2)`);
    expect(await direct.query(sql`select n from public.mark`)).toEqual([{ n: 2 }]);
  },
);

it('long work and slow sources are left alone', { timeout: 90_000 }, async () => {
  async function* slow() {
    yield Buffer.from('3\n');
    await sleep(14_000);
    yield Buffer.from('4\n');
  }
  const [, copied] = await Promise.all([
    db.query(sql`select pg_sleep(14)`),
    db.transaction((tx) => tx.copyIn('copy public.mark from stdin', Readable.from(slow()))),
  ]);
  expect(copied).toBe(2);
});
