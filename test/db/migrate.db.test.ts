/** Migrations on real databases: applied once and in order, carried on from by later files, refused where they do not fit. */
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { migrate, missingMigrations } from '../../src/db/migrate.ts';
import { schemaText } from '../../src/db/schema.ts';

const released = 'src/db/migrations';
let admin: Db;
const stack = new AsyncDisposableStack();

beforeAll(() => void (admin = connect(inject('postgresUrl'), { name: 'test', maxConnections: 1 })));
afterAll(async () => {
  await stack.disposeAsync();
  await admin.close();
});

async function emptyDatabase(): Promise<Db> {
  const name = `assay_test_${randomBytes(6).toString('hex')}`;
  await admin.query(raw(`create database ${name}`));
  const db = connect(Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href, { name: 'test' });
  stack.defer(async () => {
    await db.close();
    await admin.query(raw(`drop database ${name} with (force)`));
  });
  return db;
}

/** This version's files in a folder of its own, with what a later version, or a mistake, puts there. */
async function filesWith(planted: Record<string, string> = {}): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  stack.defer(() => rm(folder, { recursive: true }));
  await cp(released, folder, { recursive: true });
  for (const [file, text] of Object.entries(planted)) await writeFile(join(folder, file), text);
  return pathToFileURL(`${folder}/`);
}

/** A ledger and the rest as they stand, to show that a refusal changed nothing. */
async function stateOf(db: Db): Promise<unknown> {
  const [found] = await db.query(sql`select to_regclass('public.schema_migration') is not null as yes`);
  return [
    await schemaText(db),
    found?.yes ? await db.query(sql`select * from public.schema_migration order by id`) : null,
  ];
}

describe('migrate', () => {
  it('lets twenty migrators start at once: each file is applied by exactly one of them', async () => {
    const { url } = await emptyDatabase();
    const rivals = Array.from({ length: 20 }, () => connect(url, { name: 'rival', maxConnections: 1 }));
    expect((await missingMigrations(rivals[0]!)).length).toBeGreaterThan(0);
    const applied = (await Promise.all(rivals.map((rival) => migrate(rival)))).flat();
    expect(applied.length).toBe(new Set(applied).size);
    expect(applied).toContain('0001_control.sql');
    expect(await missingMigrations(rivals[0]!)).toEqual([]);
    await Promise.all(rivals.map((rival) => rival.close()));
  });

  it('refuses a database that is newer, and one whose applied file was changed', async () => {
    const db = await emptyDatabase();
    await migrate(db);
    await db.query(sql`insert into public.schema_migration (id, file, checksum) values (9999, '9999_later.sql', 'x')`);
    await expect(migrate(db)).rejects.toMatchObject({ code: 'schema-outdated' });
    await db.query(sql`delete from public.schema_migration where id = 9999`);
    await db.query(sql`update public.schema_migration set checksum = 'edited' where id = 1`);
    await expect(missingMigrations(db)).rejects.toMatchObject({ code: 'schema-outdated' });
  });

  it('refuses a database from before the first release by a code of its own, and changes nothing in it', async () => {
    const db = await emptyDatabase();
    await db.query(sql`create table public.schema_migration (id int primary key, file text not null, checksum text not null,
      applied_at timestamptz not null default now())`);
    await db.query(sql`insert into public.schema_migration (id, file, checksum) values
      (1, '0001_control.sql', 'old'), (3, '0003_match.sql', 'old'), (31, '0031_survival.sql', 'old')`);
    const before = await stateOf(db);
    const refused = { code: 'database-before-release', message: expect.stringContaining('before the first release') };
    await expect(migrate(db)).rejects.toMatchObject(refused);
    await expect(missingMigrations(db)).rejects.toMatchObject(refused);
    expect(await stateOf(db)).toEqual(before);
  });
});

describe('a later version', () => {
  const later = {
    '0910_note.sql': `alter table review.decision add column note text not null default '';
      create table control.note (decision_id text primary key references review.decision, text text not null);
      insert into control.note select id, reason from review.decision;`,
    '0911_note_age.sql': 'alter table control.note add column at timestamptz',
  };

  // What is refused leaves it as it is, so one does for all.
  let upgraded: Db;
  beforeAll(async () => {
    upgraded = await emptyDatabase();
    await migrate(upgraded, await filesWith(later));
  });

  it('goes on from a database with rows in it, and ends where a new one does', async () => {
    const db = await emptyDatabase();
    await migrate(db, await filesWith());
    await db.query(sql`insert into review.decision (id, entity, l_connection_id, l_id, r_connection_id, r_id, kind,
        l_value_hash, r_value_hash, reason, decided_by, decided_at)
      values ('rev_00000000-0000-7000-8000-000000000001', 'person', 'default', '003A', 'default', '003B', 'same', 'a', 'b',
        'one person', 'key', now())`);
    await db.query(sql`insert into control.schedule (id, connection_id, cron, time_zone, updated_by)
      values ('nightly', 'default', '30 2 * * *', 'Europe/Berlin', 'key')`);
    const schedules = await db.query(sql`select * from control.schedule`);

    const folder = await filesWith(later);
    expect(await missingMigrations(db, folder)).toEqual(Object.keys(later));
    const rivals = await Promise.all(Array.from({ length: 20 }, () => migrate(db, folder)));
    expect(rivals.flat()).toEqual(Object.keys(later));
    expect(await missingMigrations(db, folder)).toEqual([]);

    const fresh = await emptyDatabase();
    await migrate(fresh, folder);
    expect(await schemaText(db)).toBe(await schemaText(fresh));
    expect(
      await db.query(
        sql`select d.reason, d.note, n.text from review.decision d join control.note n on n.decision_id = d.id`,
      ),
    ).toEqual([{ reason: 'one person', note: '', text: 'one person' }]);
    expect(await db.query(sql`select * from control.schedule`)).toEqual(schedules);

    // Back on the version before: it knows neither file.
    await expect(migrate(db)).rejects.toMatchObject({ message: expect.stringContaining('0910_note.sql') });
  });

  it.each([
    [
      'a number below the newest applied',
      { '0005_late.sql': 'select 1' },
      '0005_late.sql does not come after 0911_note_age.sql',
      '0913',
    ],
    [
      'a number that is taken',
      { '0911_twin.sql': 'select 1' },
      '0911_twin.sql does not come after 0911_note_age.sql',
      '0913',
    ],
  ])('is refused for %s, with the number to give the file', async (_case, planted, said, next) => {
    const db = upgraded;
    const before = await stateOf(db);
    const folder = await filesWith({ ...later, ...planted, '0912_fine.sql': 'create table control.fine (id int)' });
    const refused = {
      code: 'migration-out-of-order',
      message: expect.stringMatching(new RegExp(`${said}.*next number, ${next}`)),
    };
    await expect(migrate(db, folder)).rejects.toMatchObject(refused);
    await expect(missingMigrations(db, folder)).rejects.toMatchObject(refused);
    expect(await stateOf(db)).toEqual(before);
  });

  it('is refused on an empty database, too, when two files have one number', async () => {
    const db = await emptyDatabase();
    const before = await stateOf(db);
    const folder = await filesWith({ '0009_twin.sql': 'select 1' });
    await expect(migrate(db, folder)).rejects.toMatchObject({ code: 'migration-out-of-order' });
    expect(await stateOf(db)).toEqual(before);
  });

  it('is refused when an applied file was changed, or is missing', async () => {
    const db = upgraded;
    const before = await stateOf(db);
    const changed = await filesWith({ ...later, '0910_note.sql': `${later['0910_note.sql']} -- and more` });
    await expect(migrate(db, changed)).rejects.toMatchObject({
      code: 'schema-outdated',
      message: '0910_note.sql was changed after it had been applied.',
    });
    const lacking = await filesWith(later);
    await unlink(new URL('0910_note.sql', lacking));
    await expect(migrate(db, lacking)).rejects.toMatchObject({
      code: 'schema-outdated',
      message: expect.stringContaining('knows 0910_note.sql'),
    });
    expect(await stateOf(db)).toEqual(before);
  });

  it('leaves nothing behind when a file of it fails', async () => {
    const db = upgraded;
    const before = await stateOf(db);
    const folder = await filesWith({
      ...later,
      '0912_fine.sql': 'create table control.fine (id int)',
      '0913_broken.sql': 'alter table control.nothing add column x int',
    });
    await expect(migrate(db, folder)).rejects.toThrow('control.nothing');
    expect(await stateOf(db)).toEqual(before);
  });
});

it('the files of this version are numbered without a gap from 0001', async () => {
  const files = (await readdir(released)).sort();
  expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_file, at) => at + 1));
});
