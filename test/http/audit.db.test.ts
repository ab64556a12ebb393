/**
 * Every write of the API and of `assay key` leaves one row in the audit list, with its actor and without a value; what does not happen leaves none.
 * Long on purpose: one case for each route that writes, read beside one another.
 */
import { randomUUID } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyRing } from '../../src/control/secret.ts';
import type { KeyScope } from '../../src/control/key.ts';
import { assay } from '../cli.ts';
import { type TestApi, testApi } from './api.ts';

const secret = 'canary-secret-51c7';
const name = 'Wilhelmina Plantagenet';
const [ann, anna] = ['003000000000001AAA', '003000000000002AAA'];
const golden = 'per_11111111-0000-7000-8000-000000000000';
const found = 'fnd_00000000-0000-7000-8000-000000000001';
const model = 'mdl_00000000-0000-7000-8000-000000000001';
const login = { flow: 'client_credentials', clientId: 'app', loginUrl: 'https://x.my.salesforce.com' };

let api: TestApi;
const keyIds = {} as Record<KeyScope, string>;
beforeAll(async () => {
  api = await testApi({ keys: keyRing(Buffer.alloc(32, 1).toString('base64'), '') });
  const { db } = api;
  await db.query(
    raw(
      `create table standard.person (connection_id text, object text, id text, _version bigint, modified_at timestamptz)`,
    ),
  );
  for (const id of [ann, anna])
    await db.query(sql`insert into standard.person values ('default', 'Contact', ${id}, 1, now())`);
  await db.query(sql`insert into golden.identity values (${golden}, 'person', 'run_1', '2026-01-01T00:00:00Z')`);
  await db.query(sql`insert into quality.finding (id, rule_id, rule_version, connection_id, object, record_id, dimension, severity,
      is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
    values (${found}, 'contact-title-missing', 1, 'default', 'Contact', ${ann}, 'completeness', 'warn', false, 'r', now(), 'r', now())`);
  await db.query(sql`insert into match.model_change
    values (${model}, 'person', 'run_1', now(), 'labels', true, 20, 3, 1, 90, 1, 2, 3, 4, 25)`);
  const keys = await db.query<{ id: string; name: KeyScope }>(sql`select id, name from control.api_key`);
  for (const key of keys) keyIds[key.name] = key.id;
});
afterAll(() => api.close());
beforeEach(() => api.db.query(sql`delete from control.audit`));

type Entry = {
  actor: { kind: string; id: string; name: string | null };
  kind: string;
  subjectId: string;
  action: string;
  fields: string[];
};
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const send = (as: KeyScope, method: Method, url: string, payload?: object, headers: Record<string, string> = {}) =>
  api.app.inject({ method, url, headers: { ...api.as(as), ...headers }, ...(payload ? { payload } : {}) });
const list = async (query = '') => {
  const answer = await send('admin', 'GET', `/v1/audit${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ data: Entry[]; nextCursor: string | null }>();
};
const audited = async () => (await list()).data;
const review = (decision: 'same' | 'different') => ({
  entity: 'person',
  decision,
  left: { salesforceId: ann },
  right: { salesforceId: anna },
  reason: name,
});
/** What stands when a request begins: the id of a thing that another request made. */
const made = async (as: KeyScope, method: Method, url: string, payload?: object) => {
  const answer = await send(as, method, url, payload);
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  await api.db.query(sql`delete from control.audit`);
  return answer.json<{ id: string }>().id;
};
const noRun = () => api.db.query(sql`update control.run set state = 'succeeded'`);

const form = {
  object: 'Contact',
  dimension: 'validity',
  severity: 'warn',
  title: name,
  advice: name,
  violated: [{ field: 'last_name', operator: 'equals', value: secret }],
};
/** A back-test of the form that is done. */
const tested = async () => {
  const id = await made('config:write', 'POST', '/v1/backtests', { form });
  await api.db.query(sql`update review.backtest set state = 'done' where id = ${id}`);
  return id;
};

type Case = {
  route: string;
  as: KeyScope;
  kind: string;
  action: string;
  fields: string[];
  request: () => Promise<{ url: string; payload?: object; id?: string; headers?: Record<string, string> }>;
};
const cases: Case[] = [
  {
    route: 'POST /v1/syncs',
    as: 'runs:write',
    kind: 'sync',
    action: 'start',
    fields: ['connectionId', 'mode', 'objects'],
    request: async () => {
      await noRun();
      return { url: '/v1/syncs', payload: { mode: 'full' } };
    },
  },
  {
    route: 'POST /v1/syncs/{id}/cancel',
    as: 'runs:write',
    kind: 'sync',
    action: 'cancel',
    fields: ['state'],
    request: async () => {
      await noRun();
      const id = await made('runs:write', 'POST', '/v1/syncs');
      return { url: `/v1/syncs/${id}/cancel`, id };
    },
  },
  {
    route: 'PUT /v1/schedules',
    as: 'config:write',
    kind: 'schedule',
    action: 'change',
    fields: ['cron', 'isEnabled'],
    request: async () => {
      const schedule = { id: 'nightly', cron: '30 2 * * *' };
      await made('config:write', 'PUT', '/v1/schedules', schedule);
      return {
        url: '/v1/schedules',
        payload: { ...schedule, cron: '0 3 * * *', timeZone: 'UTC', isEnabled: false },
        id: 'nightly',
      };
    },
  },
  {
    route: 'PUT /v1/schedules/{scheduleId}',
    as: 'config:write',
    kind: 'schedule',
    action: 'create',
    fields: ['connectionId', 'cron', 'isEnabled', 'mode', 'objects', 'timeZone'],
    request: async () => {
      await api.db.query(sql`delete from control.schedule`);
      return { url: '/v1/schedules/weekly', payload: { cron: '30 2 * * 1' }, id: 'weekly' };
    },
  },
  {
    route: 'PATCH /v1/schedules/{scheduleId}',
    as: 'config:write',
    kind: 'schedule',
    action: 'change',
    fields: ['isEnabled'],
    request: async () => {
      await made('config:write', 'PUT', '/v1/schedules/weekly', { cron: '30 2 * * 1' });
      return { url: '/v1/schedules/weekly', payload: { isEnabled: false }, id: 'weekly' };
    },
  },
  {
    route: 'DELETE /v1/schedules/{scheduleId}',
    as: 'config:write',
    kind: 'schedule',
    action: 'delete',
    fields: [],
    request: async () => {
      await made('config:write', 'PUT', '/v1/schedules/weekly', { cron: '30 2 * * 1' });
      return { url: '/v1/schedules/weekly', id: 'weekly' };
    },
  },
  {
    route: 'POST /v1/connections',
    as: 'config:write',
    kind: 'connection',
    action: 'create',
    fields: ['clientId', 'clientSecret', 'flow', 'loginUrl', 'name', 'username'],
    request: async () => ({
      url: '/v1/connections',
      payload: { ...login, name, username: name, clientSecret: secret },
    }),
  },
  {
    route: 'PATCH /v1/connections/{connectionId}',
    as: 'config:write',
    kind: 'connection',
    action: 'change',
    fields: ['clientSecret', 'name'],
    request: async () => {
      const id = await made('config:write', 'POST', '/v1/connections', { ...login, name: 'EMEA', clientSecret: 'old' });
      return { url: `/v1/connections/${id}`, payload: { clientId: 'app', name, clientSecret: secret }, id };
    },
  },
  {
    route: 'POST /v1/keys',
    as: 'admin',
    kind: 'key',
    action: 'create',
    fields: ['expiresAt', 'name', 'scopes'],
    request: async () => ({ url: '/v1/keys', payload: { name, scopes: ['data:read'] } }),
  },
  {
    route: 'POST /v1/keys/{keyId}/rotate',
    as: 'admin',
    kind: 'key',
    action: 'rotate',
    fields: ['expiresAt', 'replacedBy'],
    request: async () => {
      const id = await made('admin', 'POST', '/v1/keys', { name, scopes: ['data:read'] });
      return { url: `/v1/keys/${id}/rotate`, id };
    },
  },
  {
    route: 'POST /v1/keys/{keyId}/revoke',
    as: 'admin',
    kind: 'key',
    action: 'revoke',
    fields: ['revokedAt'],
    request: async () => {
      const id = await made('admin', 'POST', '/v1/keys', { name, scopes: ['data:read'] });
      return { url: `/v1/keys/${id}/revoke`, id };
    },
  },
  {
    route: 'POST /v1/reviews',
    as: 'reviews:write',
    kind: 'review',
    action: 'decide',
    fields: ['decision', 'reason'],
    request: async () => {
      await api.db.query(sql`update review.decision set undone_at = now()`);
      return { url: '/v1/reviews', payload: review('same') };
    },
  },
  {
    route: 'POST /v1/reviews/{reviewId}/undo',
    as: 'reviews:write',
    kind: 'review',
    action: 'undo',
    fields: ['reason'],
    request: async () => {
      const id = await made('reviews:write', 'POST', '/v1/reviews', review('same'));
      return { url: `/v1/reviews/${id}/undo`, payload: { reason: name }, id };
    },
  },
  {
    route: 'POST /v1/model-changes/{modelChangeId}/accept',
    as: 'config:write',
    kind: 'model-change',
    action: 'accept',
    fields: ['reason'],
    request: async () => ({ url: `/v1/model-changes/${model}/accept`, payload: { reason: name }, id: model }),
  },
  ...(['acknowledge', 'mute', 'resolve'] as const).map((action) => ({
    route: `POST /v1/incidents/{incidentId}/${action}`,
    as: 'reviews:write' as const,
    kind: 'incident',
    action,
    fields: action === 'mute' ? ['mutedUntil', 'note', 'state'] : ['note', 'state'],
    request: async () => {
      const id = `inc_${randomUUID()}`;
      await api.db
        .query(sql`insert into alert.incident (id, connection_id, kind, subject, severity, notice, opened_run_id,
        opened_at, updated_run_id) values (${id}, 'default', 'score-fall', ${id}, 'warn', '{"title": "t", "summary": "s"}', 'r',
        now(), 'r')`);
      const until = action === 'mute' ? { until: '2099-01-01T00:00:00Z' } : {};
      return { url: `/v1/incidents/${id}/${action}`, payload: { note: name, ...until }, id };
    },
  })),
  {
    route: 'POST /v1/deliveries/test',
    as: 'config:write',
    kind: 'delivery',
    action: 'test',
    fields: ['target'],
    request: async () => ({ url: '/v1/deliveries/test', payload: { target: 'mailto:w@x.example' } }),
  },
  {
    route: 'PUT /v1/golden/{goldenId}/fields/{field}/pin',
    as: 'reviews:write',
    kind: 'golden',
    action: 'pin',
    fields: ['email'],
    request: async () => ({
      url: `/v1/golden/${golden}/fields/email/pin`,
      payload: { value: `${secret}@x.io`, reason: name },
      id: golden,
    }),
  },
  {
    route: 'DELETE /v1/golden/{goldenId}/fields/{field}/pin',
    as: 'reviews:write',
    kind: 'golden',
    action: 'unpin',
    fields: ['last_name'],
    request: async () => {
      const url = `/v1/golden/${golden}/fields/last_name/pin`;
      await made('reviews:write', 'PUT', url, { value: name, reason: name });
      return { url, id: golden };
    },
  },
  {
    route: 'PATCH /v1/rules/{ruleId}',
    as: 'config:write',
    kind: 'rule',
    action: 'set',
    fields: ['isOn', 'parameters'],
    request: async () => ({
      url: '/v1/rules/contact-title-stale',
      payload: { isOn: false, parameters: { days: 400 }, reason: name },
      headers: { 'if-match': '"0"' },
      id: 'contact-title-stale',
    }),
  },
  {
    route: 'POST /v1/rules/{ruleId}/backtests',
    as: 'config:write',
    kind: 'backtest',
    action: 'start',
    fields: ['alerts', 'isOn', 'parameters', 'severity', 'weight'],
    request: async () => ({ url: '/v1/rules/contact-title-missing/backtests', payload: { isOn: false } }),
  },
  {
    route: 'POST /v1/backtests',
    as: 'config:write',
    kind: 'backtest',
    action: 'start',
    fields: ['advice', 'applies', 'dimension', 'field', 'match', 'object', 'severity', 'stale', 'title', 'violated'],
    request: async () => ({ url: '/v1/backtests', payload: { form } }),
  },
  {
    route: 'POST /v1/rules',
    as: 'config:write',
    kind: 'rule',
    action: 'create',
    fields: ['advice', 'applies', 'dimension', 'field', 'match', 'object', 'severity', 'stale', 'title', 'violated'],
    request: async () => ({
      url: '/v1/rules',
      payload: { id: 'own-first', backtestId: await tested(), reason: name },
      id: 'own-first',
    }),
  },
  {
    route: 'DELETE /v1/rules/{ruleId}',
    as: 'config:write',
    kind: 'rule',
    action: 'remove',
    fields: [],
    request: async () => {
      const rule = { id: 'own-second', backtestId: await tested(), reason: name };
      return { url: '/v1/rules/own-second', id: await made('config:write', 'POST', '/v1/rules', rule) };
    },
  },
  {
    route: 'PATCH /v1/findings/{findingId}',
    as: 'reviews:write',
    kind: 'finding',
    action: 'change',
    fields: ['comment', 'state'],
    request: async () => ({
      url: `/v1/findings/${found}`,
      payload: { comment: name, state: 'blocked' },
      id: found,
    }),
  },
  {
    route: 'PUT /v1/inputs/{name}',
    as: 'config:write',
    kind: 'input',
    action: 'put',
    fields: ['from', 'margin'],
    request: async () => ({
      url: '/v1/inputs/margin',
      payload: 'margin\n0.8\n' as unknown as object,
      headers: { 'content-type': 'text/csv' },
      id: 'margin',
    }),
  },
  {
    route: 'POST /v1/waivers',
    as: 'reviews:write',
    kind: 'waiver',
    action: 'create',
    fields: ['reason', 'until'],
    request: async () => ({ url: '/v1/waivers', payload: { findingId: found, reason: name } }),
  },
  {
    route: 'DELETE /v1/waivers/{waiverId}',
    as: 'reviews:write',
    kind: 'waiver',
    action: 'lift',
    fields: [],
    request: async () => {
      const id = await made('reviews:write', 'POST', '/v1/waivers', { findingId: found, reason: name });
      return { url: `/v1/waivers/${id}`, id };
    },
  },
  {
    route: 'DELETE /v1/connections/{connectionId}',
    as: 'admin',
    kind: 'connection',
    action: 'delete',
    fields: ['deletedAt'],
    request: async () => {
      const id = await made('config:write', 'POST', '/v1/connections', { ...login, name, clientSecret: secret });
      return { url: `/v1/connections/${id}?records=keep`, id };
    },
  },
  {
    route: 'POST /v1/forgettings',
    as: 'admin',
    kind: 'forgetting',
    action: 'start',
    fields: [],
    request: async () => {
      await api.db.query(sql`insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id)
        values ('person', 'default', ${ann}, 'Contact', ${golden}, 'run_1') on conflict do nothing`);
      return { url: '/v1/forgettings', payload: { goldenId: golden, reference: 'DSR-1' } };
    },
  },
  {
    route: 'PATCH /v1/people/{personId}',
    as: 'admin',
    kind: 'person',
    action: 'change',
    fields: ['granted', 'isBlocked'],
    request: async () => {
      const id = 'usr_00000000-0000-7000-8000-000000000001';
      await api.db.query(sql`insert into control.person (id, issuer, subject, name, created_at, last_seen_at)
        values (${id}, 'https://id.example', 'x', ${name}, now(), now())`);
      return { url: `/v1/people/${id}`, payload: { granted: ['data:read'], isBlocked: true }, id };
    },
  },
];

describe('a change', () => {
  test.each(cases)('by $route leaves one row: who, what and which fields', async (one) => {
    const { url, payload, id, headers } = await one.request();
    const answer = await send(one.as, one.route.split(' ')[0] as Method, url, payload, headers);
    expect(answer.statusCode, answer.body).toBeLessThan(300);
    const { as, kind, action, fields } = one;
    expect(await audited()).toEqual([
      {
        id: expect.stringMatching(/^aud_/),
        at: expect.any(String),
        actor: { kind: 'key', id: keyIds[as], name: as },
        kind,
        subjectId: id ?? answer.json<{ id: string }>().id,
        subjectName: ['key', 'person', 'connection'].includes(kind) ? expect.any(String) : null,
        action,
        fields,
        address: '127.0.0.1',
        requestId: answer.headers['x-request-id'],
      },
    ]);
    const [row] = await api.db.query<{ text: string }>(sql`select to_jsonb(a)::text as text from control.audit a`);
    expect(row!.text).not.toContain(secret);
    expect(row!.text).not.toContain(name);
  });

  test('is audited on every route that writes; a test of a login changes nothing', async () => {
    const { paths } = (await api.app.inject({ url: '/docs/json' })).json<{ paths: Record<string, object> }>();
    const writes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // Those of sessions are in sessions.db.test.ts.
    const sessions = ['POST /v1/sessions', 'DELETE /v1/sessions', 'DELETE /v1/sessions/current'];
    // A press of a button changes an incident as the API does, by a person of Slack: test/slack has it.
    const others = [...sessions, 'POST /v1/slack/interactions', 'POST /v1/connections/{connectionId}/test'];
    // Those that need a matched org are in test/journey/lookup and mcp.
    const lookups = [
      'POST /v1/questions/{question}',
      'POST /v1/lookups',
      'POST /v1/list-checks',
      'DELETE /v1/list-checks/{listCheckId}',
    ];
    const known = [...lookups, ...cases.map(({ route }) => route), ...others];
    expect(writes.filter((route) => !route.startsWith('GET '))).toEqual(expect.arrayContaining(known));
    expect(writes.filter((route) => !route.startsWith('GET ') && !known.includes(route))).toEqual([]);
  });

  test('carries its values in its own row, where the search that found none in the list finds them', async () => {
    await api.db.query(sql`update review.decision set undone_at = now()`);
    expect((await send('reviews:write', 'POST', '/v1/reviews', review('different'))).statusCode).toBe(201);
    const rows = await api.db.query<{ text: string }>(sql`select to_jsonb(d)::text as text from review.decision d`);
    expect(rows.at(-1)!.text).toContain(name);
    expect(rows.at(-1)!.text).toContain(`"decided_actor": "key:${keyIds['reviews:write']}"`);
    expect(JSON.stringify(await audited())).not.toContain(name);
  });

  test('of mind leaves two: the decision undone, and the one made', async () => {
    await api.db.query(sql`update review.decision set undone_at = now()`);
    const first = await made('reviews:write', 'POST', '/v1/reviews', review('same'));
    const second = await send('reviews:write', 'POST', '/v1/reviews', review('different'));
    expect((await audited()).map(({ action, subjectId }) => [action, subjectId])).toEqual([
      ['decide', second.json().id],
      ['undo', first],
    ]);
  });
});

describe('what does not change anything leaves no row', () => {
  test.each<[string, number, KeyScope, Method, string, object?]>([
    ['a key that may not', 403, 'data:read', 'PUT', '/v1/schedules', { id: 'a', cron: '0 1 * * *' }],
    ['a body that is not valid', 422, 'config:write', 'PUT', '/v1/schedules', { id: 'a', cron: '99 1 * * *' }],
    ['a login without its secret', 422, 'config:write', 'POST', '/v1/connections', { ...login, name }],
    ['a sync that is not there', 404, 'runs:write', 'POST', `/v1/syncs/run_${'0'.repeat(36)}/cancel`],
    ['a pin that is not there', 404, 'reviews:write', 'DELETE', `/v1/golden/${golden}/fields/city/pin`],
    [
      'a record that was never synced',
      404,
      'reviews:write',
      'POST',
      '/v1/reviews',
      {
        ...review('same'),
        left: { salesforceId: '003000000000009' },
      },
    ],
    ['a model accepted before', 409, 'config:write', 'POST', `/v1/model-changes/${model}/accept`, { reason: name }],
  ])('%s', async (_, status, as, method, url, payload) => {
    const answer = await send(as, method, url, payload);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(await audited()).toEqual([]);
  });

  test('a second sync, and the replay of the first', async () => {
    await noRun();
    const key = { 'idempotency-key': 'once' };
    expect((await send('runs:write', 'POST', '/v1/syncs', {}, key)).statusCode).toBe(202);
    expect((await send('runs:write', 'POST', '/v1/syncs', {}, key)).headers['idempotent-replayed']).toBe('true');
    expect((await send('runs:write', 'POST', '/v1/syncs', {})).statusCode).toBe(409);
    expect(await audited()).toMatchObject([{ action: 'start' }]);
  });

  test('a wish to cancel that was said before', async () => {
    await noRun();
    const id = await made('runs:write', 'POST', '/v1/syncs');
    await api.db.query(
      sql`update control.run set state = 'running', lease_until = now() + interval '1 hour' where id = ${id}`,
    );
    for (const _ of ['first', 'again'])
      expect((await send('runs:write', 'POST', `/v1/syncs/${id}/cancel`)).json()).toMatchObject({ state: 'canceling' });
    expect(await audited()).toMatchObject([{ action: 'cancel', subjectId: id }]);
  });

  test('a decision said before', async () => {
    await api.db.query(sql`update review.decision set undone_at = now()`);
    const id = await made('reviews:write', 'POST', '/v1/reviews', review('same'));
    expect((await send('reviews:write', 'POST', '/v1/reviews', review('same'))).json()).toMatchObject({ id });
    expect(await audited()).toEqual([]);
  });

  test('a change that is rolled back after its row was written; and no row, no change', async () => {
    const { db } = api;
    await noRun();
    await db.query(sql`update review.decision set undone_at = now()`);
    await db.query(
      raw(`create function public.fail() returns trigger language plpgsql as
      $$ begin raise exception 'disk on fire'; end $$`),
    );
    const standing = async () => (await db.query(sql`select from review.decision where undone_at is null`)).length;
    for (const table of ['control.run', 'control.audit']) {
      await db.query(raw(`create trigger fail before insert on ${table} for each row execute function public.fail()`));
      expect((await send('reviews:write', 'POST', '/v1/reviews', review('same'))).statusCode, table).toBe(500);
      await db.query(raw(`drop trigger fail on ${table}`));
      expect([await standing(), await audited()], table).toEqual([0, []]);
    }
    expect((await send('reviews:write', 'POST', '/v1/reviews', review('same'))).statusCode).toBe(201);
    expect([await standing(), (await audited()).length]).toEqual([1, 1]);
  });
});

test('`assay key` is in the list by the name of the key; what is kept holds neither key nor names', async () => {
  const { stdout, code, stderr } = await assay(['key', '--name', name, '--scope', 'data:read'], {
    DATABASE_URL: api.db.url,
  });
  expect(code, stderr).toBe(0);
  const [key] = await api.db.query<{ id: string; created_by: string }>(
    sql`select id, created_by from control.api_key where name = ${name} order by id desc`,
  );
  expect(key!.created_by).toBe('system:cli');
  const { data } = await list();
  expect(data).toMatchObject([
    {
      actor: { kind: 'system', id: 'cli', name: 'cli' },
      kind: 'key',
      subjectId: key!.id,
      subjectName: name,
      action: 'create',
    },
  ]);
  const [row] = await api.db.query<{ text: string }>(sql`select to_jsonb(a)::text as text from control.audit a`);
  for (const value of [name, stdout.trim()]) expect(row!.text).not.toContain(value);
});

test('the list is paged, and filtered by actor, kind, id and time; only an admin reads it', async () => {
  for (const cron of ['0 1 * * *', '0 2 * * *', '0 3 * * *'])
    await send('config:write', 'PUT', '/v1/schedules', { id: 'hourly', cron });
  await send('admin', 'PUT', '/v1/schedules', { id: 'weekly', cron: '0 1 * * 1' });
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await list(`?limit=3${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.data.map(({ subjectId, action }) => `${subjectId} ${action}`));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(['weekly create', 'hourly change', 'hourly change', 'hourly create']);
  const count = async (query: string) => (await list(query)).data.length;
  expect(await count(`?actor=key:${keyIds.admin}`)).toBe(1);
  expect(await count('?actor=person:per_1')).toBe(0);
  expect(await count('?kind=schedule&id=hourly')).toBe(3);
  expect(await count('?kind=key')).toBe(0);
  expect(await count('?id=weekly')).toBe(1);
  expect(await count('?since=2026-01-01T00:00:00Z')).toBe(4);
  expect(await count('?since=2099-01-01T00:00:00Z')).toBe(0);
  // Whole as a file, beyond the limit of a page, and filtered alike.
  const csv = await send('admin', 'GET', '/v1/audit?limit=1&kind=schedule&format=csv');
  expect([csv.statusCode, csv.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(csv.body.trim().split('\r\n')).toHaveLength(1 + 4);
  const lines = await send('admin', 'GET', '/v1/audit?id=weekly&format=ndjson');
  expect(
    lines.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).subjectId),
  ).toEqual(['weekly']);
  expect((await send('config:write', 'GET', '/v1/audit?format=csv')).statusCode).toBe(403);
  expect((await send('admin', 'GET', '/v1/audit?actor=ann')).statusCode).toBe(400);
  expect((await send('config:write', 'GET', '/v1/audit')).statusCode).toBe(403);
});

test('says from where a change was asked for, and by which request; the command line has neither', async () => {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/v1/keys',
    headers: api.as('admin'),
    payload: { name: 'from somewhere', scopes: ['data:read'] },
    remoteAddress: '203.0.113.9',
  });
  expect(answer.statusCode, answer.body).toBe(201);
  const made = await assay(['key', 'create', '--name', 'by hand'], { DATABASE_URL: api.db.url });
  expect(made.code, made.stderr).toBe(0);
  const entries = (await list('?kind=key')).data as unknown as { address: string | null; requestId: string | null }[];
  expect(entries.map(({ address, requestId }) => [address, requestId])).toEqual([
    [null, null],
    ['203.0.113.9', answer.headers['x-request-id']],
  ]);
});

test('takes the address from a proxy that is named, and from nobody else', async () => {
  const behind = await testApi({ trustedProxies: ['10.1.0.0/16'] });
  try {
    const ask = (remoteAddress: string) =>
      behind.app.inject({
        method: 'POST',
        url: '/v1/keys',
        headers: { ...behind.as('admin'), 'x-forwarded-for': '198.51.100.7, 203.0.113.9' },
        payload: { name: 'by a proxy', scopes: ['data:read'] },
        remoteAddress,
      });
    for (const address of ['10.1.2.3', '10.2.2.3']) expect((await ask(address)).statusCode).toBe(201);
    const answer = await behind.app.inject({ url: '/v1/audit?kind=key&limit=2', headers: behind.as('admin') });
    // The newest first. Of two addresses only the last was said by the proxy itself.
    expect(answer.json<{ data: { address: string }[] }>().data.map(({ address }) => address)).toEqual([
      '10.2.2.3',
      '203.0.113.9',
    ]);
  } finally {
    await behind.close();
  }
});
