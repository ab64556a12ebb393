/** `assay key`: what it makes, lists, rotates and revokes, also beside a declaration that cannot run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyKey } from '../../src/control/key.ts';
import type { Db } from '../../src/db/connect.ts';
import { assay } from '../cli.ts';
import { testDatabase } from '../database.ts';

let db: Db;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'assay-key-'));
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

const run = (...parameters: string[]) => assay(['key', ...parameters], { DATABASE_URL: db.url, ASSAY_DATA: folder });
const listed = async () =>
  JSON.parse((await run('list', '--json')).stdout).keys as { id: string; name: string; expiresAt: string | null }[];

test('a key is made, used, rotated and revoked, each by its id', async () => {
  const made = await run('create', '--name', 'ada', '--scope', 'data:read', '--expires', '90d');
  expect(made.code, made.stderr).toBe(0);
  const key = made.stdout.trim();
  expect(await verifyKey(db, key, new Date())).toMatchObject({ name: 'ada', scopes: ['data:read'] });
  const [{ id, expiresAt } = { id: '', expiresAt: null }] = await listed();
  expect(Date.parse(expiresAt ?? '') - Date.now()).toBeGreaterThan(89.9 * 24 * 3600_000);

  const line = (await run('list')).stdout;
  expect(line).toContain(`${id}  ${key.slice(0, 12)}…  ada  data:read  expires `);
  expect(line).toContain('last used ');
  expect(line).not.toContain(key.slice(12));

  const next = (await run('rotate', id, '--grace-hours', '1')).stdout.trim();
  expect(await verifyKey(db, key, new Date(Date.now() + 3599_000))).not.toBeNull();
  expect(await verifyKey(db, key, new Date(Date.now() + 3601_000))).toBeNull();
  expect((await run('revoke', id)).stdout).toContain(`${id}  `);
  expect(await verifyKey(db, key, new Date())).toBeNull();
  expect(await verifyKey(db, next, new Date())).toMatchObject({ name: 'ada' });
});

test('`assay key` alone makes one that may everything, as it always did', async () => {
  const key = (await run()).stdout.trim();
  expect(await verifyKey(db, key, new Date())).toMatchObject({ name: 'admin', scopes: ['admin'] });
});

test.each([
  [['revoke', `key_${'0'.repeat(36)}`], 'There is nothing here: There is no key key_'],
  [['create', '--expires', 'soon'], 'Give days such as 90d'],
  [['create', '--expires', '2020-01-01'], 'a date in the future'],
  [['create', '--expires', '2027-02-31'], 'Give days such as 90d'],
  [['create', '--scope', 'root'], 'Allowed choices are data:read'],
])('assay key %j ends with words', async (parameters, words) => {
  const { code, stderr, stdout } = await run(...parameters);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a rule that cannot run, or not even be read, keeps nobody from making a key; the service it stops', async () => {
  const rules = join(folder, 'config', 'rules');
  await mkdir(rules, { recursive: true });
  await writeFile(join(rules, 'broken.ts'), 'export default {');
  const settings = { DATABASE_URL: db.url, ASSAY_DATA: folder, ASSAY_CONFIG: join(folder, 'config') };
  const made = await assay(['key'], settings);
  expect(made.code, made.stderr).toBe(0);
  const served = await assay(['serve'], { ...settings, PORT: '0' });
  expect(served.code).toBe(1);
  expect(served.stderr).toContain('broken.ts');
});
