/** Worker processes that share the matching of everybody: the same pairs as one gives, also when one of them dies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crmColumns } from '../../../bench/match/crm-record.ts';
import { crmRecords } from '../../../bench/match/crm.ts';
import { matchedPeople, startPartWorker } from '../../../bench/parts/part-worker.ts';
import { type Given, stageContext } from '../../../bench/stage-context.ts';
import { loadDefinitions } from '../../../config/index.ts';
import type { Db } from '../../../src/db/connect.ts';
import { match } from '../../../src/pipeline/match.ts';
import { standardise } from '../../../src/pipeline/standardise.ts';
import { dropOldParcels, dropParcels, putParcel, takeParcel } from '../../../src/pipeline/match/parcel.ts';
import { migrateQueue } from '../../../src/queue/connection.ts';
import { testDatabase } from '../../database.ts';
import { type Backend, backends, openBackend, until } from '../../queue/backends.ts';
import { limits } from './crew-worker.ts';

/** More than one range of rows, and several of pairs. */
const size = 34_000;

describe.each(backends)('parts on %s', (kind) => {
  let db: Db;
  let backend: Backend;
  let here: ReturnType<typeof startPartWorker>;
  let takenHere = 0;
  const children: ChildProcess[] = [];
  let alone: unknown;

  const context = async (more: Partial<Given> = {}) =>
    stageContext({ db, definitions: await loadDefinitions(), ...more, run: { id: 'run_1', ...more.run } });

  /** Everybody anew; what is stored of pairs and records as two sums. */
  async function matched(more: Partial<Given> = {}): Promise<unknown> {
    await db.query(sql`/* test.forget */ delete from match.model`);
    await match(await context(more), 'person');
    return matchedPeople(db);
  }

  async function startOther(linger: number): Promise<ChildProcess> {
    const script = new URL('./crew-worker.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, JSON.stringify(backend.settings), String(linger)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout!, 'data');
    return child;
  }

  const parcelCount = async () =>
    (await db.query<{ count: number }>(sql`/* test.parcels */ select count(*)::int from match.parcel`))[0]?.count;

  beforeAll(async () => {
    db = await testDatabase();
    backend = await openBackend(kind, db.url);
    await migrateQueue(backend.settings);
    await db.query(
      raw(`create schema if not exists mirror;
      create table mirror.contact (connection_id text, id text, first_name text, last_name text, email text, phone text, title text,
        mailing_street text, mailing_city text, mailing_state text, mailing_postal_code text, mailing_country text, account_id text,
        _version bigint, _deleted_at timestamptz);
      create table made (n bigserial, ${crmColumns.map((name) => `${name} text`).join(', ')});`),
    );
    const lines = function* () {
      for (const { line } of crmRecords(size, 3)) yield line;
    };
    await db.transaction((tx) =>
      tx.copyIn(`copy made (${crmColumns.join(', ')}) from stdin (format csv)`, Readable.from(lines())),
    );
    await db.query(
      raw(`insert into mirror.contact select case when n % 2 = 0 then 'o''ne' else 'two' end, 'C' || lpad(n::text, 6, '0'), first_name, last_name,
        email, phone, title, street, city, state, postal_code, country, null, nextval('mirror.version'), null from made`),
    );
    for (const connectionId of [`o'ne`, 'two']) await standardise(await context({ run: { connectionId } }), 'Contact');
    alone = await matched();
    here = startPartWorker(backend.settings, db, {
      limits,
      taken: () => {
        takenHere += 1;
      },
    });
    await here.queues.of.part.waitUntilReady();
    await until(async () => (await here.queues.of.part.getWorkersCount()) === 1);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await here?.close();
    await backend?.stop();
    await db?.close();
  });

  it('works alone while nobody else takes parts', async () => {
    expect(await matched({ crew: here.crew })).toEqual(alone);
    expect(takenHere).toBe(0);
  });

  it('gives the same pairs and keys by two processes, and keeps nothing that travelled', async () => {
    const other = await startOther(0);
    let takenThere = 0;
    other.stdout!.on('data', (text: Buffer) => (takenThere += text.toString().split('part').length - 1));
    await until(() => here.crew.isShared());
    expect(await matched({ crew: here.crew })).toEqual(alone);
    expect(takenHere).toBeGreaterThan(0);
    expect(takenThere).toBeGreaterThan(0);
    expect(await parcelCount()).toBe(0);
    other.kill('SIGKILL');
    await once(other, 'exit');
  });

  it('gives the same when a process is killed over its part', async () => {
    const dying = await startOther(60_000);
    await until(() => here.crew.isShared());
    const took = once(dying.stdout!, 'data');
    const done = matched({ crew: here.crew });
    await took;
    dying.kill('SIGKILL');
    expect(await done).toEqual(alone);
    expect(await parcelCount()).toBe(0);
  });

  it('stops at once when the run is cancelled, and parts still queued do nothing', async () => {
    await startOther(300);
    await until(() => here.crew.isShared());
    const cancel = new AbortController();
    const stopped = matched({ crew: here.crew, signal: cancel.signal });
    const before = takenHere;
    await until(() => takenHere > before);
    cancel.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect(await parcelCount()).toBe(0);
    // The queue empties by itself.
    const { part } = here.queues.of;
    await until(async () => (await part.getJobCounts('waiting', 'active', 'waiting-children')).active === 0);
    await dropOldParcels(db);
    expect(await parcelCount()).toBe(0);
  });

  it.runIf(kind === 'redis' && !process.env.REDIS_URL)('goes on when Redis is away and comes back empty', async () => {
    await startOther(100);
    await until(() => here.crew.isShared());
    const before = takenHere;
    const done = matched({ crew: here.crew });
    await until(() => takenHere > before);
    await backend.restart?.();
    expect(await done).toEqual(alone);
    // A part in hand twice may be answered late.
    await dropOldParcels(db);
    expect(await parcelCount()).toBe(0);
  });

  it('drops what a try before left whose process died', async () => {
    await putParcel(db, 'run_1-person-read-0', 'task', 'of a try before');
    await putParcel(db, 'run_2-person-read-0', 'task', 'of another run');
    await startOther(0);
    await until(() => here.crew.isShared());
    expect(await matched({ crew: here.crew })).toEqual(alone);
    expect(await takeParcel(db, 'run_1-person-read-0', 'task')).toBeNull();
    expect(await takeParcel(db, 'run_2-person-read-0', 'task')).toBe('of another run');
    await dropParcels(db, 'run_2-');
  });

  it('fails when what the parts answered is lost, and the next try succeeds', async () => {
    // As PostgreSQL does when it restarts after a crash.
    const lose = setInterval(
      () => void db.query(raw(`/* test.lose */ delete from match.parcel where name <> 'task'`)).catch(() => {}),
      5,
    );
    try {
      await expect(matched({ crew: here.crew })).rejects.toThrow(/gone|given up/);
    } finally {
      clearInterval(lose);
    }
    expect(await matched({ crew: here.crew })).toEqual(alone);
  });
});
