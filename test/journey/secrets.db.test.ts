/** Every secret is a word of its own; none is in a log at level debug, an answer, an error or a table, whatever fails. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { loggedError } from '../../src/cli/log.ts';
import { testDatabase } from '../database.ts';
import { backends, type Redis, startRedis, until } from '../queue/backends.ts';
import { prepareService, type Service } from './service.ts';

const canary = (what: string) => `canary-${what}-7f3a9c`;
const role = 'assay_canary_test';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const pemCanary = pem.split('\n')[5]!;
const secretKey = Buffer.from(canary('secret-key').padEnd(32, '-')).toString('base64');

/** Every value of every table that holds one of these words. */
async function foundIn(db: Db, words: string[]): Promise<string[]> {
  const columns = await db.query<{ schema: string; table: string }>(sql`select n.nspname as schema, c.relname as table
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`);
  const found: string[] = [];
  for (const { schema, table } of columns) {
    const [row] = await db.query<{ hits: string[] }>(sql`select coalesce(array_agg(w), '{}') as hits
      from unnest(${words}::text[]) w where exists (select from ${identifier(schema, table)} t where strpos(t::text, w) > 0)`);
    for (const word of row!.hits) found.push(`${schema}.${table}: ${word}`);
  }
  return found;
}

const listening = async (server: Server) => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

describe.runIf(backends.includes('redis'))('canaries', () => {
  let db: Db;
  let redis: Redis;
  let org: TestOrg;
  let service: Service;
  let broken: Server;
  let mail: Server;
  const words = [
    ...['postgres', 'redis', 'client', 'other-client', 'webhook', 'xoxb', 'smtp', 'proxy', 'api-key', 'refresh'].map(
      canary,
    ),
    ...['oidc', 'signing'].map(canary),
    canary('secret-key'),
    secretKey,
    pemCanary,
  ];
  const answers: string[] = [];

  beforeAll(async () => {
    db = await testDatabase();
    org = await startSmallOrg();
    redis = await startRedis();
    // One that takes a connection and breaks it, and a mail server that refuses the login in its own words.
    broken = createServer((socket) => socket.once('data', () => socket.destroy()));
    mail = createServer((socket) => {
      socket.write('220 mail\r\n');
      socket.on('data', (data) => {
        const line = String(data);
        socket.write(
          line.startsWith('EHLO') ? '250-mail\r\n250 AUTH PLAIN LOGIN\r\n' : `535 refused ${line.trim()}\r\n`,
        );
      });
    });
    const [brokenPort, mailPort] = [await listening(broken), await listening(mail)];
    await db.query(raw(`drop role if exists ${role}`));
    await db.query(raw(`create role ${role} superuser login password '${canary('postgres')}'`));
    const url = new URL(db.url);
    url.username = role;
    url.password = canary('postgres');
    service = await prepareService({
      queue: 'postgres',
      emulator: org,
      database: db,
      environment: {
        DATABASE_URL: url.href,
        LOG_LEVEL: 'debug',
        ASSAY_SECRET_KEY: secretKey,
        SALESFORCE_CLIENT_SECRET: canary('client'),
        SALESFORCE_OUTAGE_HOURS: '0',
        SLACK_WEBHOOK_URL: `http://127.0.0.1:${brokenPort}/services/T0/B0/${canary('webhook')}`,
        SLACK_API_URL: `http://127.0.0.1:${brokenPort}/api/`,
        SMTP_URL: `smtp://ada:${canary('smtp')}@127.0.0.1:${mailPort}`,
        MAIL_FROM: 'assay@example.com',
        ASSAY_PUBLIC_URL: 'http://127.0.0.1:1',
        OIDC_ISSUER: `http://127.0.0.1:${brokenPort}`,
        OIDC_CLIENT_ID: 'assay',
        OIDC_CLIENT_SECRET: canary('oidc'),
        SLACK_SIGNING_SECRET: canary('signing'),
      },
    });
  }, 60_000);
  afterAll(async () => {
    await service.close();
    broken.close();
    mail.close();
    await redis.stop();
    await org.close();
    await db.query(raw(`drop owned by ${role}`)).catch(() => {});
    await db.query(raw(`drop role ${role}`)).catch(() => {});
    await db.close();
  });

  test('no secret is told by Salesforce, Slack, mail and PostgreSQL failing under the running service', async () => {
    const api = await service.serve();
    const worker = service.worker();
    await worker.ready;
    const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const answer = await api.call(method, path, body, headers);
      const text = await answer.text();
      answers.push(JSON.stringify([...answer.headers]), text);
      return JSON.parse(text) as Record<string, string>;
    };
    // A refused login of the settings, and one of each flow of connections, sound and broken.
    const sync = await ask('POST', '/v1/syncs', {});
    await until(async () => ((await api.read(sync.id!)).state === 'failed' ? true : null), 300);
    expect((await api.read(sync.id!)).reasonCode).toBe('salesforce-login-refused');
    answers.push(JSON.stringify(await api.read(sync.id!)));
    const logins = [
      { flow: 'client_credentials', clientId: 'x', clientSecret: canary('other-client') },
      { flow: 'jwt_bearer', clientId: 'x', username: 'ada@example.com', privateKey: pem },
      { flow: 'refresh_token', clientId: 'x', clientSecret: canary('other-client'), refreshToken: canary('refresh') },
    ];
    for (const [n, login] of logins.entries()) {
      for (const loginUrl of [org.loginUrl, `http://127.0.0.1:${(broken.address() as AddressInfo).port}`]) {
        const made = await ask('POST', '/v1/connections', { name: `c${n}`, loginUrl, ...login });
        await ask('POST', `/v1/connections/${made.id}/test`);
        await ask('GET', `/v1/connections/${made.id}`);
        const run = await ask('POST', '/v1/syncs', { connection: made.id });
        expect(run.id).toBeDefined();
        await until(async () => !/queued|running/.test((await api.read(run.id!)).state), 300);
      }
    }
    await ask('GET', '/v1/connections', undefined, { authorization: `Bearer ${canary('api-key')}` });
    await ask('POST', '/v1/connections', { name: 7, loginUrl: 'x', flow: 'jwt_bearer', privateKey: [pem] });
    await ask('POST', '/v1/sessions', { key: canary('api-key') });
    expect((await ask('GET', '/v1/sessions/begin')).code).toBe('identity-unavailable');
    expect((await ask('POST', '/v1/slack/interactions', { payload: '{}' })).code).toBeDefined();
    // Words of every kind of failure of the drivers: messages that wait for Slack and for mail, and PostgreSQL taken away.
    await db.query(sql`insert into alert.message (key, target, kind, payload, not_before, created_at)
      select 'canary-' || t, t, 'test', '{"kind":"test","text":"x"}', now(), now()
      from unnest(array['default', 'mailto:ada@example.com']) t`);
    const [before] = await db.query<{ at: Date }>(sql`select now() as at`);
    await until(async () => {
      const [row] = await db.query<{ count: number }>(
        sql`select count(*)::int as count from alert.message where key like 'canary-%' and (attempts > 0 or state = 'dead')`,
      );
      return row!.count === 2;
    }, 300);
    expect(before).toBeDefined();
    await db.query(sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role}`);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await ask('GET', '/v1/syncs');
    await worker.stop();
    await api.part.stop();
  }, 120_000);

  test.each([
    ['PostgreSQL refuses the password', 'worker', { DATABASE_URL: '' }],
    ['Redis refuses the password', 'worker', { REDIS_URL: 'redis' }],
    [
      'a setting is not what it must be',
      'serve',
      { SMTP_URL: `ftp://${canary('smtp')}`, SLACK_BOT_TOKEN: canary('xoxb') },
    ],
  ])('%s: the start ends without a word of it', async (_what, command, given: Record<string, string>) => {
    const environment = { ...given };
    if (given.DATABASE_URL === '') {
      const url = new URL(db.url);
      url.username = role;
      url.password = `${canary('redis')}-wrong`;
      environment.DATABASE_URL = url.href;
    }
    if (given.REDIS_URL) {
      environment.REDIS_URL = `redis://ada:${canary('redis')}@127.0.0.1:${redis.port}`;
    }
    const part = service.start(command, environment);
    await part.ended;
    expect(part.process.exitCode).toBe(1);
  });

  test('a proxy that refuses its password', async () => {
    const proxy = `http://ada:${canary('proxy')}@127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const more = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: 'nothing.example' };
    const api = await service.serve(more);
    const answer = await api.call('POST', '/v1/connections/default/test');
    const text = await answer.text();
    expect(text).toContain('fault');
    answers.push(text);
    await api.part.stop();
  });

  test('nothing of them is in the logs, the answers or any table; the search itself finds what is there', async () => {
    const log = service.log();
    expect(log.split('\n').length).toBeGreaterThan(50);
    expect(words.filter((word) => log.includes(word))).toEqual([]);
    expect(words.filter((word) => answers.some((answer) => answer.includes(word)))).toEqual([]);
    expect(await foundIn(db, words)).toEqual([]);
    await db.query(sql`update control.connection set username = ${canary('smtp')} where id = 'default'`);
    expect(await foundIn(db, words)).toEqual([`control.connection: ${canary('smtp')}`]);
  });
});

test('an error is told by name, message, code, place and cause, without the command and the settings it was sent with', () => {
  const error = Object.assign(
    new Error('outer', { cause: Object.assign(new Error('inner'), { config: { auth: 'hush' } }) }),
    {
      code: 'E1',
      command: { args: ['hush'] },
      request: { headers: { authorization: 'hush' } },
      detail: 'Key (email)=(hush) already exists.',
    },
  );
  const logged = loggedError(error);
  expect(logged).toMatchObject({ type: 'Error', message: 'outer', code: 'E1', cause: { message: 'inner' } });
  expect(JSON.stringify(logged)).not.toContain('hush');
});
