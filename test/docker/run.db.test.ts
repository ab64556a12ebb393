/** What the compose file would start, started here without Docker: the files of the image, its commands, settings and health checks. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { backends, type Backend, openBackend, until } from '../queue/backends.ts';
import { copied, readCompose, readDockerfile, readEnvFile, type Compose } from './files.ts';

let root: string;
let compose: Compose;
let db: Db;
let admin: Db;
let queue: Backend;
let name: string;
const ports: Record<string, string> = {};
const running: ChildProcess[] = [];

beforeAll(async () => {
  compose = await readCompose(await readEnvFile('demo.env'));
  root = await mkdtemp(join(tmpdir(), 'assay-image-'));
  const own = await dependencies('package.json');
  await makeImage('production', own);
  await makeImage('demo', [...own, ...(await dependencies('emulator/package.json'))]);
  await mkdir(join(root, 'demo/app/node_modules/@assay'));
  await symlink('../../emulator', join(root, 'demo/app/node_modules/@assay/emulator'));

  // An empty database, as a new volume brings: nothing migrated yet.
  name = `assay_test_image_${process.pid}`;
  admin = connect(inject('postgresUrl'), { name: 'test', maxConnections: 1 });
  await admin.query(raw(`create database ${name}`));
  db = connect(Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href, { name: 'test' });
  queue = await openBackend(backends.includes('redis') ? 'redis' : 'postgres', db.url);
  for (const fixed of ['3000', '3999']) ports[fixed] = await freePort();
});
afterAll(async () => {
  for (const child of running.reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await queue?.stop();
  await db?.close();
  await admin?.query(raw(`drop database if exists ${name} with (force)`));
  await admin?.close();
  await rm(root, { recursive: true, force: true });
});

async function dependencies(file: string): Promise<string[]> {
  return Object.keys((JSON.parse(await readFile(file, 'utf8')) as { dependencies: object }).dependencies);
}

/** A folder with the files of the stage, and of the packages installed here those it names. */
async function makeImage(stage: string, packages: string[]): Promise<void> {
  for (const [source, target] of copied((await readDockerfile()).get(stage)!)) {
    const place = join(root, stage, target);
    await mkdir(dirname(place), { recursive: true });
    await cp(source, place, { recursive: true });
  }
  for (const name of new Set(packages)) {
    const place = join(root, stage, 'app/node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(resolve('node_modules', name), place);
  }
  await mkdir(join(root, stage, 'scratch'));
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  return String(port);
}

/** Ports that a container has to itself are taken from the free ones here. */
const moved = (text: string) => text.replace(/\b(3000|3999)\b/g, (port) => ports[port]!);

function environmentOf(service: string): Record<string, string> {
  const given = Object.entries(compose.services[service]!.environment!).map(([key, value]) => [key, String(value)]);
  const settings = Object.fromEntries(given) as Record<string, string>;
  expect(new URL(settings.DATABASE_URL ?? 'x://postgres').hostname).toBe('postgres');
  if (settings.DATABASE_URL) settings.DATABASE_URL = db.url;
  if (settings.REDIS_URL) settings.REDIS_URL = queue.settings.redisUrl ?? '';
  if (settings.HOST) settings.HOST = '127.0.0.1';
  for (const key of ['PORT', 'SALESFORCE_LOGIN_URL']) if (settings[key]) settings[key] = moved(settings[key]);
  if (settings.ASSAY_DATA) settings.ASSAY_DATA = scratchOf(service);
  return { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...settings };
}

const imageOf = (service: string) => join(root, compose.services[service]!.build!.target);
const program = (service: string) => join(imageOf(service), 'app', 'assay.mjs');
const scratchOf = (service: string) => join(imageOf(service), 'scratch');
const optionsOf = (service: string) => ({ cwd: scratchOf(service), env: environmentOf(service) });

/** Resolves with the line it prints when it is ready. */
async function start(service: string): Promise<string> {
  const child = spawn(process.execPath, [program(service), ...compose.services[service]!.command!.map(moved)], {
    ...optionsOf(service),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${service} ended with ${String(code)}`))),
  ])) as [string];
  return line;
}

/** The health check as the container would run it, `node` being the one that runs this. */
async function isHealthy(service: string): Promise<boolean> {
  const [kind, command, ...parameters] = compose.services[service]!.healthcheck!.test!;
  expect([kind, command]).toEqual(['CMD', 'node']);
  return promisify(execFile)(process.execPath, parameters.map(moved)).then(
    () => true,
    () => false,
  );
}

async function assay(service: string, ...parameters: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program(service), ...parameters], optionsOf(service));
  return stdout.trim();
}

test('migrate, api, worker and emulator start in turn, are healthy, and the worker pulls the org for the API', async () => {
  expect(await assay('migrate', ...compose.services.migrate!.command!)).toContain('0001_control.sql');
  expect(await assay('migrate', ...compose.services.migrate!.command!)).toBe('the database is up to date');

  expect(await isHealthy('api')).toBe(false);
  expect(JSON.parse(await start('api'))).toEqual({ url: `http://127.0.0.1:${ports[3000]}` });
  expect(await isHealthy('api')).toBe(true);
  expect(JSON.parse(await start('worker'))).toEqual({ ready: true });
  expect(JSON.parse(await start('emulator'))).toMatchObject({
    loginUrl: environmentOf('worker').SALESFORCE_LOGIN_URL,
    clientId: environmentOf('worker').SALESFORCE_CLIENT_ID,
    clientSecret: environmentOf('worker').SALESFORCE_CLIENT_SECRET,
  });
  expect(await isHealthy('emulator')).toBe(true);

  const key = await assay('api', 'key', '--scope', 'runs:write', 'data:read');
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${ports[3000]}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return (await response.json()) as { id: string; reason: string | null; stages: { stage: string; state: string }[] };
  };
  const { id } = await ask('POST', '/v1/syncs', { objects: ['User'] });
  const pulled = await until(async () => {
    const { stages, reason } = await ask('GET', `/v1/syncs/${id}`);
    expect(reason).toBeNull();
    return stages.find(({ stage, state }) => stage === 'pull' && state === 'done');
  });
  expect(pulled).toMatchObject({ subject: 'User', readCount: expect.toSatisfy((count: number) => count > 0) });
  await ask('POST', `/v1/syncs/${id}/cancel`);
}, 120_000);

test.each(['emulator', 'demo'])(
  'production says in one line that it has no local org for `assay %s`',
  async (command) => {
    await expect(assay('api', command)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^This installation leaves out the local Salesforce org: add it with `npm ci`[^\n]*\n$/,
      ),
    });
  },
);
