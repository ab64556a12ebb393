import { randomBytes } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { migrate, missingMigrations } from '../../src/db/migrate.ts';

const name = `assay_test_${randomBytes(6).toString('hex')}`;
let admin: Db;
let url: string;

beforeAll(async () => {
  admin = connect(inject('postgresUrl'), { name: 'test', maxConnections: 1 });
  await admin.query(raw(`create database ${name}`));
  url = Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href;
});
afterAll(async () => {
  await admin.query(raw(`drop database ${name} with (force)`));
  await admin.close();
});

describe('migrate', () => {
  it('lets twenty migrators start at once: each file is applied by exactly one of them', async () => {
    const rivals = Array.from({ length: 20 }, () => connect(url, { name: 'rival', maxConnections: 1 }));
    expect((await missingMigrations(rivals[0]!)).length).toBeGreaterThan(0);
    const applied = (await Promise.all(rivals.map((rival) => migrate(rival)))).flat();
    expect(applied.length).toBe(new Set(applied).size);
    expect(applied).toContain('0001_control.sql');
    expect(await missingMigrations(rivals[0]!)).toEqual([]);
    await Promise.all(rivals.map((rival) => rival.close()));
  });

  it('refuses a database that is newer, and one whose applied file was changed', async () => {
    const db = connect(url, { name: 'test', maxConnections: 1 });
    await db.query(sql`insert into public.schema_migration (id, file, checksum) values (9999, '9999_later.sql', 'x')`);
    await expect(migrate(db)).rejects.toMatchObject({ code: 'schema-outdated' });
    await db.query(sql`delete from public.schema_migration where id = 9999`);
    await db.query(sql`update public.schema_migration set checksum = 'edited' where id = 1`);
    await expect(missingMigrations(db)).rejects.toMatchObject({ code: 'schema-outdated' });
    await db.close();
  });
});
