/** PostgreSQL and Redis behind TLS, with a certificate nobody else knows: used where it is named, refused in clear words where not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '@assay/emulator/http/certificate.ts';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { checkReachable } from '../../src/db/reach.ts';
import { migrateQueue } from '../../src/queue/connection.ts';
import { backends, freePort, type Redis, startRedis, until } from './backends.ts';

let folder: string;
let postgres: EmbeddedPostgres;
/** Certificates of a server, and of somebody else. */
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres(at('postgres'));
  const { uid, gid } = await stat(at('postgres/data'));
  const { key, cert } = makeCertificate(new Date());
  await writeFile(at('server.key'), key, { mode: 0o600 });
  await writeFile(at('server.pem'), cert);
  await writeFile(at('redis.key'), key);
  await writeFile(at('other.pem'), makeCertificate(new Date()).cert);
  if (process.getuid?.() === 0) await chown(at('server.key'), uid, gid);
  const admin = connect(postgres.url, { name: 'test', maxConnections: 1 });
  for (const [name, value] of Object.entries({ ssl_cert_file: 'server.pem', ssl_key_file: 'server.key' }))
    await admin.query(raw(`alter system set ${name} = '${at(value)}'`));
  await admin.query(raw('alter system set ssl = on'));
  await admin.query(sql`select pg_reload_conf()`);
  await admin.close();
});
afterAll(async () => {
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What is said of the server at this address, and whether its connections are encrypted. */
async function reached(parameters: Record<string, string>, host = '127.0.0.1') {
  const url = Object.assign(new URL(postgres.url), { hostname: host });
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const db = connect(url.href, { name: 'test', maxConnections: 1 });
  try {
    await checkReachable(db);
    const [row] = await db.query<{ ssl: boolean }>(sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`);
    return row!.ssl ? 'encrypted' : 'plain';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await db.close();
  }
}

describe('PostgreSQL', () => {
  test('is used encrypted where its certificate is named, by address and by name', async () => {
    // A server takes a reload in a moment.
    await until(async () => (await reached({ sslmode: 'verify-full', sslrootcert: at('server.pem') })) === 'encrypted');
    expect(await reached({ sslmode: 'verify-full', sslrootcert: at('server.pem') }, 'localhost')).toBe('encrypted');
    expect(await reached({})).toBe('plain');
  });

  test('is refused in clear words: another authority, none, another name, a file that is not there', async () => {
    const refused =
      /^PostgreSQL at 127\.0\.0\.1:\d+\/assay: its certificate is not trusted \(.*sslrootcert.*\(DATABASE_URL\)\.$/;
    expect(await reached({ sslmode: 'verify-full', sslrootcert: at('other.pem') })).toMatch(refused);
    expect(await reached({ sslmode: 'verify-full' })).toMatch(refused);
    expect(await reached({ sslmode: 'verify-full', sslrootcert: at('none.pem') })).toMatch(
      /cannot be used \(DATABASE_URL\): ENOENT.*none\.pem/,
    );
    const password = new URL(postgres.url).password;
    expect(await reached({ sslmode: 'verify-full', sslrootcert: at('other.pem') })).not.toContain(password);
  });

  test('the queue in it goes the same way', async () => {
    const url = new URL(postgres.url);
    url.search = String(new URLSearchParams({ sslmode: 'verify-full', sslrootcert: at('server.pem') }));
    await migrateQueue({ databaseUrl: url.href });
    url.searchParams.set('sslrootcert', at('other.pem'));
    await expect(migrateQueue({ databaseUrl: url.href })).rejects.toThrow('self-signed certificate');
  });
});

describe.runIf(backends.includes('redis'))('Redis', () => {
  let redis: Redis;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    const certificate = { 'tls-cert-file': at('server.pem'), 'tls-key-file': at('redis.key') };
    redis = await startRedis(0, { 'tls-port': String(port), 'tls-auth-clients': 'no', ...certificate });
    url = `rediss://127.0.0.1:${port}`;
  });
  afterAll(() => redis.stop());

  /** @param isRefused it ends by itself, whatever it logs before */
  const start = async (command: string, settings: Record<string, string>, isRefused = false) => {
    const databaseUrl = new URL(postgres.url);
    databaseUrl.search = String(new URLSearchParams({ sslmode: 'verify-full', sslrootcert: at('server.pem') }));
    const child = spawn(process.execPath, ['assay.mjs', command], {
      env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl.href, REDIS_URL: url, PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', log: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said.out += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said.log += part));
    const ended = once(child, 'close') as Promise<[number | null]>;
    if (!isRefused) {
      await Promise.race([ended, until(() => said.out.includes('}'))]);
      child.kill('SIGTERM');
    }
    const [code] = await ended;
    return { code, ...said };
  };

  test('is used where its certificate is named: a worker and an API start on both behind TLS', async () => {
    const worker = await start('worker', { REDIS_CA: at('server.pem') });
    expect(worker).toMatchObject({ code: 0, out: expect.stringContaining('ready') });
    expect(await start('serve', { REDIS_CA: at('server.pem') })).toMatchObject({ code: 0 });
  }, 120_000);

  test('is refused in clear words: another authority, none, a file that is not there', async () => {
    for (const settings of [{ REDIS_CA: at('other.pem') }, {}]) {
      const { code, log } = await start('worker', settings as Record<string, string>, true);
      expect(code).toBe(1);
      expect(log.trim().split('\n').at(-1)).toMatch(
        /^The configuration is not valid: Redis at 127\.0\.0\.1:\d+: its certificate is not trusted \(.*REDIS_CA.*\(REDIS_URL\)\./,
      );
    }
    const missing = await start('worker', { REDIS_CA: at('none.pem') }, true);
    expect(missing).toMatchObject({ code: 1, log: expect.stringMatching(/REDIS_CA cannot be read: ENOENT/) });
  }, 120_000);
});
