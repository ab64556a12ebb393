/** A database that takes no writes: requests that need one are answered 503 by name, reading goes on, readiness says so. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { buildApp } from '../../src/http/app.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { testApi, type TestApi } from './api.ts';

let api: TestApi;
let db: Db;
let app: Awaited<ReturnType<typeof buildApp>>;
beforeAll(async () => {
  api = await testApi();
  const url = new URL(api.db.url);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  db = connect(url.href, { name: 'read only' });
  app = await buildApp({ db, definitions: await loadDefinitions(), log: silentLog, clock: systemClock });
});
afterAll(async () => {
  await app.close();
  await db.close();
  await api.close();
});

it('a sync cannot be started, and the answer says why', async () => {
  const answer = await app.inject({ method: 'POST', url: '/v1/syncs', headers: api.as('runs:write') });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'database-read-only', hint: expect.stringContaining('primary') });
});

it('readiness names it, and what is there can be read', async () => {
  const ready = await app.inject('/readyz');
  expect(ready.statusCode).toBe(503);
  const detail = 'PostgreSQL accepts no writes.';
  expect(ready.json().checks).toContainEqual({ name: 'postgres', ok: false, detail });
  const syncs = await app.inject({ url: '/v1/syncs', headers: api.as('data:read') });
  expect(syncs.json()).toEqual({ data: [], nextCursor: null });
  expect((await api.app.inject('/readyz')).statusCode).toBe(200);
});

it('a message that Slack refused for good makes it degraded, not unready, and is counted', async () => {
  await api.db
    .query(sql`insert into alert.incident (id, connection_id, kind, subject, severity, opened_run_id, opened_at,
    updated_run_id) values ('inc_1', 'default', 'score-fall', 'Contact', 'warn', 'r', now(), 'r')`);
  await api.db.query(sql`insert into alert.message (key, incident_id, kind, state, payload, not_before, created_at)
    values ('inc_1:1', 'inc_1', 'open', 'dead', '{}', now(), now())`);
  const ready = await api.app.inject('/readyz');
  expect(ready.statusCode).toBe(200);
  expect(ready.json()).toMatchObject({ status: 'degraded' });
  expect(ready.json().checks).toContainEqual({
    name: 'slack',
    ok: false,
    detail: expect.stringContaining('1 message'),
  });
  const metrics = await api.app.inject({ url: '/metrics', headers: api.as('data:read') });
  expect(metrics.body).toContain('assay_slack_messages_refused 1');
  await api.db.query(sql`update alert.message set state = 'sent'`);
  expect((await api.app.inject('/readyz')).json()).toMatchObject({ status: 'ready' });
});
