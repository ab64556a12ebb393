/** Every command tells how it is used, refuses wrong settings all at once, and `assay sync` reports a sync by text, JSON and exit code. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DomainError } from '../src/model/errors.ts';
import { assay, commandNames } from './cli.ts';
import { testDatabase } from './database.ts';
import { type TestApi, testApi } from './http/api.ts';
import { startTestWorkers } from './workers/parts.ts';

const commands = await commandNames();

test('the commands are those of the product', () => {
  expect(commands).toEqual(
    expect.arrayContaining(['serve', 'worker', 'migrate', 'sync', 'match', 'emulator', 'demo', 'key']),
  );
});

describe.each(commands)('assay %s', (command) => {
  test('--help tells its purpose and every option', async () => {
    const { code, stdout } = await assay([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: assay ${command}`);
    // Usage, a blank line, then the description.
    expect(stdout.split('\n')[2]?.length).toBeGreaterThan(10);
    const options = stdout
      .slice(stdout.indexOf('Options:'))
      .split(/\n(?= {2}-)/)
      .slice(1);
    for (const option of options) expect(option.trim(), option).toMatch(/^-\S.*?\s{2,}\S/s);
  });

  test('an unknown option ends with 1 and shows the help', async () => {
    const { code, stderr } = await assay([command, '--no-such-option']);
    expect(code).toBe(1);
    expect(stderr).toContain(`Usage: assay ${command}`);
  });
});

test('on an older Node it says so instead of failing over what that Node lacks', async () => {
  const older = `import { registerHooks } from 'node:module';
    const none = { url: 'data:text/javascript,export{}', shortCircuit: true };
    registerHooks({ resolve: (name, from, next) =>
      name === 'node:module' && from.parentURL.endsWith('assay.mjs') ? none : next(name, from) });
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });`;
  const { code, stderr } = await assay(['--help'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURI(older)}`,
  });
  expect(stderr).toMatch(/^Assay needs Node 24 and found v/);
  expect(code).toBe(1);
});

test.runIf(process.platform === 'linux')('what matches gives the memory of freed arrays back', async () => {
  const told = `data:text/javascript,console.log("threshold", process.env.MALLOC_MMAP_THRESHOLD_)`;
  const started = async (command: string) =>
    (await assay([command, '--help'], { NODE_OPTIONS: `--import=${encodeURI(told)}` })).stdout;
  expect(await started('match')).toMatch(/^threshold undefined\nthreshold 262144\nUsage: assay match/);
  expect(await started('worker')).toMatch(/^threshold undefined\nthreshold 262144\nUsage: assay worker/);
  expect(await started('serve')).toMatch(/^threshold undefined\nUsage: assay serve/);
});

// The commands that need no service: a file goes in, a file comes out.
const withoutSettings = ['match', 'verify'];
/** Without these they would ask for them first. */
const needed: Record<string, string[]> = { check: ['list.csv'], 'merge-plan': ['Contact'], flags: ['Contact'] };

test.each(commands.filter((name) => !withoutSettings.includes(name)))(
  'assay %s lists all wrong settings together, without a stack trace, and ends with 1',
  async (command) => {
    const { code, stdout, stderr } = await assay([command, ...(needed[command] ?? [])], {
      PORT: 'http',
      LOG_LEVEL: 'loud',
      REDIS_URL: 'nowhere',
    });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const name of ['PORT', 'LOG_LEVEL', 'REDIS_URL']) expect(stderr).toContain(`\n  ${name} `);
    expect(stderr).not.toMatch(/^\s+at /m);
  },
);

test('assay sync names the setting it cannot do without, beside the wrong ones', async () => {
  const { code, stderr } = await assay(['sync'], { PORT: 'http' });
  expect(code).toBe(1);
  for (const name of ['PORT', 'ASSAY_KEY']) expect(stderr.match(new RegExp(`\n  ${name} `, 'g'))).toHaveLength(1);
});

test('assay worker without an org waits for one, and says by which settings, or by which request, to name it', async () => {
  const db = await testDatabase();
  const worker = spawn(process.execPath, ['assay.mjs', 'worker'], {
    env: { PATH: process.env.PATH, DATABASE_URL: db.url },
  });
  try {
    let stderr = '';
    worker.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [line] = (await once(worker.stdout, 'data')) as [Buffer];
    expect(line.toString()).toBe('{"ready":true}\n');
    for (const name of ['SALESFORCE_LOGIN_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET', '/v1/connections'])
      expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^\s+at /m);
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    await db.close();
  }
});

test.each(['serve', 'migrate', 'key'])(
  'assay %s says that the database does not answer, without its password',
  async (command) => {
    const { code, stderr } = await assay([command], { DATABASE_URL: 'postgres://ada:hunter2@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(stderr).toContain('127.0.0.1:1/none');
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toMatch(/^\s+at /m);
  },
);

describe('assay sync', () => {
  let api: TestApi;
  let settings: Record<string, string>;
  let workers: { close(): Promise<void> };
  const gate: { isOpen: boolean; fault?: Error } = { isOpen: true };

  beforeAll(async () => {
    api = await testApi();
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    settings = { ASSAY_URL: `http://127.0.0.1:${port}`, ASSAY_KEY: api.keys.admin };
    await api.db.query(sql`create table public.effect (stage text)`);
    workers = await startTestWorkers({ databaseUrl: api.db.url }, api.db, gate);
  });
  afterAll(async () => {
    await workers.close();
    await api.close();
  });

  test('prints a line per step when piped, the end, and ends with 0', async () => {
    const { code, stdout } = await assay(['sync', '--objects', 'Contact,Lead', '--mode', 'full'], settings);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run_\S+ started\n/);
    for (const stage of ['pull', 'score']) expect(stdout).toMatch(new RegExp(`^  ${stage} +all +done: 1 read`, 'm'));
    expect(stdout).toMatch(/run_\S+ succeeded after [\d.]+ s of work\n$/);
    const [run] = await api.db.query(sql`select mode, objects from control.run`);
    expect(run).toEqual({ mode: 'full', objects: ['Contact', 'Lead'] });
  });

  test('--json prints the sync alone', async () => {
    const { code, stdout } = await assay(['sync', '--json'], settings);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'succeeded', mode: 'auto', objects: null });
  });

  test('a sync that fails ends with 1 and its reason', async () => {
    gate.fault = new DomainError('salesforce-login-refused', 'The org refused the consumer secret.');
    const { code, stdout } = await assay(['sync'], settings);
    delete gate.fault;
    expect(code).toBe(1);
    expect(stdout).toContain('failed');
    expect(stdout).toContain('The org refused the consumer secret.');
  });

  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['a wrong key', ['--key', 'sk_live_x'], {}, /No valid key was given/],
    ['an unknown object', ['--objects', 'Contacts'], {}, /\/objects\/0/],
    ['an address where nobody listens', ['--url', 'http://127.0.0.1:1'], {}, /does not answer/],
    ['an address that is none', ['--url', 'ftp://x'], {}, /ASSAY_URL/],
  ])('%s ends with 1 and says so', async (_what, parameters, more, told) => {
    const { code, stdout, stderr } = await assay(['sync', ...parameters], { ...settings, ...more });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(told);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each(['NO_PROXY', 'no_proxy'])('never asks the API of this machine through a proxy (%s)', async (name) => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(502).end();
    }).on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const proxied = { HTTP_PROXY: url, HTTPS_PROXY: url, NODE_USE_ENV_PROXY: '1', [name]: 'acme.example' };
    const { code, stderr } = await assay(['sync', '--json'], { ...settings, ...proxied });
    // The proxy is in use all the same: what is not of this machine goes through it.
    const away = await assay(['sync', '--url', 'http://assay.example'], { ...settings, ...proxied });
    proxy.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(away).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The Assay API did not answer.*\n$/),
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((one) => !one.includes('assay.example'))).toEqual([]);
  });

  test('while another sync runs it names that one and ends with 1', async () => {
    gate.isOpen = false;
    const started = await api.app.inject({ method: 'POST', url: '/v1/syncs', headers: api.as('admin'), payload: {} });
    const { code, stderr } = await assay(['sync'], settings);
    gate.isOpen = true;
    expect(code).toBe(1);
    expect(stderr).toContain(started.json().id);
  });
});
