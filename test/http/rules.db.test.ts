/** Rules as an admin owns them, over HTTP: settings, back-tests, rules by form, and what the next run makes of them. */
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { silentLog } from '../../src/model/ports.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { score } from '../../src/pipeline/score.ts';
import { inForce } from '../../src/quality/in-force.ts';
import { backtest } from '../../workers/backtest.ts';
import type { Parts } from '../../workers/parts.ts';
import { contextAt } from '../pipeline/score-context.ts';
import { createStandardTables } from '../pipeline/score-tables.ts';
import { type TestApi, testApi } from './api.ts';

const definitions = await loadDefinitions();
const contact = objectNamed(definitions, 'Contact');
let api: TestApi;
let now = new Date('2026-06-01T08:00:00Z');

beforeAll(async () => {
  api = await testApi({ clock: { now: () => now } });
  await createStandardTables(api.db, definitions.objects);
  // Titles confirmed 100, 200, ... 800 days ago; the last two people have none.
  await api.db.query(
    raw(`insert into standard."user" (connection_id, id, name, is_active) values ('default', 'U1', 'Uma 1', true), ('default', 'U2', 'Uma 2', true);
    insert into standard.contact (connection_id, id, first_name, created_at, modified_at, is_deleted, title, email, account_id, owner_id, last_activity_on)
      select 'default', 'C' || n, 'Kim ' || n, '2020-01-01', timestamptz '2026-06-01' - n * interval '100 days', false,
        case when n <= 8 then 'Buyer' end, 'c' || n || '@example.com', 'A1', 'U' || 1 + n % 2, '2026-05-30'
      from generate_series(1, 10) n`),
  );
});
afterAll(() => api.close());

const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, headers = {}) => {
  const answer = await api.app.inject({
    method,
    url,
    headers: { ...api.as('admin'), ...headers },
    ...(payload ? { payload } : {}),
  });
  return { status: answer.statusCode, etag: answer.headers.etag, body: answer.body === '' ? null : answer.json() };
};
const read = async (url: string) => (await send('GET', url)).body;
/** A day later a sync of contacts. */
const night = async () => {
  now = new Date(now.getTime() + 24 * 3_600_000);
  const context = await contextAt(api.db, definitions, now.toISOString());
  const done = await score({ ...context, definitions: await inForce(api.db, definitions) }, contact);
  return { runId: context.run.id, warnings: done.warnings };
};
const open = async (rule: string) =>
  (
    await api.db.query<{ id: string }>(sql`select record_id as id from quality.finding
      where rule_id = ${rule} and closed_at is null order by length(record_id), record_id`)
  ).map(({ id }) => id);
/** What the worker does with the job. */
const worked = async (id: string) => {
  const parts = { db: api.db, definitions, clock: { now: () => now }, log: silentLog } as unknown as Parts;
  await backtest.work(
    parts,
    { payload: { backtestId: id }, isLastAttempt: true } as never,
    new AbortController().signal,
  );
  return read(`/v1/backtests/${id}`);
};
const stale = '/v1/rules/contact-title-stale';

test('a rule is listed with its words, its parameters and what it found', async () => {
  await night();
  const { etag, body } = await send('GET', stale);
  expect(etag).toBe('"0"');
  expect(body).toMatchObject({
    title: 'Contact whose job title nobody confirmed for 365 days',
    origin: 'built-in',
    isOn: true,
    weight: 1,
    parameters: [{ name: 'days', type: 'number', unit: 'days', default: 365, value: 365 }],
    applicableCount: 8,
    violatedCount: 5,
  });
  expect(await open('contact-title-stale')).toEqual(['C4', 'C5', 'C6', 'C7', 'C8']);
});

test('a back-test says what a change would do, and the next run does just that', async () => {
  const asked = await send('POST', `${stale}/backtests`, { parameters: { days: 650 } });
  expect(asked).toMatchObject({ status: 202, body: { state: 'queued', result: null } });
  const [job] = await api.db.query(sql`select queue from control.outbox where job_id = ${asked.body.id}`);
  expect(job).toEqual({ queue: 'backtest' });
  const before = await api.db.query(sql`select count(*) from quality.finding`);
  const { state, result } = await worked(asked.body.id);
  expect(state).toBe('done');
  expect(result).toMatchObject({
    recordCount: 10,
    rule: { before: { applicableCount: 8, violatedCount: 5 }, after: { applicableCount: 8, violatedCount: 2 } },
    openedCount: 0,
    closedCount: 3,
    closed: ['C4', 'C5', 'C6'],
    owners: [
      { ownerId: 'U1', ownerName: 'Uma 1', openedCount: 0, closedCount: 2 },
      { ownerId: 'U2', ownerName: 'Uma 2', openedCount: 0, closedCount: 1 },
    ],
    names: { C4: 'Kim 4', C5: 'Kim 5', C6: 'Kim 6' },
  });
  const seen = await api.app.inject({ url: `/v1/backtests/${asked.body.id}`, headers: api.as('data:read') });
  expect(seen.json().result).toMatchObject({ names: {}, owners: [{ ownerName: null }, { ownerName: null }] });
  expect(await api.db.query(sql`select count(*) from quality.finding`)).toEqual(before);

  const change = { parameters: { days: 650 }, reason: 'Titles last longer here', backtestId: asked.body.id };
  const { status, etag, body } = await send('PATCH', stale, change, { 'if-match': '"0"' });
  expect([status, etag, body.title]).toEqual([200, '"1"', 'Contact whose job title nobody confirmed for 650 days']);
  expect(await open('contact-title-stale')).toHaveLength(5);
  const { runId } = await night();
  expect(await open('contact-title-stale')).toEqual(['C7', 'C8']);
  const scores = await api.db.query<{ dimension: string | null; score: number }>(sql`select dimension, score
    from quality.score where run_id = ${runId} and (dimension = 'timeliness' or dimension is null)`);
  const scoreOf = (dimension: string | null) => scores.find((one) => one.dimension === dimension)!.score;
  expect(result.dimensionScore.after).toBeCloseTo(scoreOf('timeliness'), 10);
  expect(result.objectScore.after).toBeCloseTo(scoreOf(null), 10);
  // They are no repairs: the rule changed.
  const closed = await api.db.query(sql`select distinct close_reason from quality.finding where closed_at is not null`);
  expect(closed).toEqual([{ close_reason: 'rule' }]);
  expect((await read(`${stale}/history`)).data).toMatchObject([
    { kind: 'set', revision: 1, reason: change.reason, backtestId: asked.body.id, by: 'admin' },
    { kind: 'written', version: 1 },
  ]);
});

test('a change of what somebody else changed meanwhile, or of no version, is refused', async () => {
  const change = { isOn: false, reason: 'not ours' };
  expect((await send('PATCH', stale, change)).body).toMatchObject({ status: 428, code: 'version-required' });
  const outdated = await send('PATCH', stale, change, { 'if-match': '"0"' });
  expect(outdated.body).toMatchObject({ status: 412, code: 'version-outdated' });
  expect((await send('PATCH', stale, { reason: 'nothing' }, { 'if-match': '"1"' })).status).toBe(422);
});

test.each([
  [{ parameters: { days: 0 } }, '/parameters/days'],
  [{ parameters: { days: ['a'] } }, '/parameters/days'],
  [{ parameters: { months: 3 } }, '/parameters/months'],
])('a value that the rule cannot have is refused: %j', async (change, pointer) => {
  const refused = await send('PATCH', stale, { ...change, reason: 'x' }, { 'if-match': '"1"' });
  expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer }] });
});

test('a rule that is off finds nothing, and all rules of an object off leave no finding open', async () => {
  expect(await open('contact-title-missing')).toEqual(['C9', 'C10']);
  const off = { isOn: false, reason: 'Titles are not used here' };
  expect((await send('PATCH', '/v1/rules/contact-title-missing', off, { 'if-match': '"0"' })).body.isOn).toBe(false);
  await night();
  expect(await open('contact-title-missing')).toEqual([]);
  expect((await read('/v1/rules?object=Contact')).data.map((one: { id: string }) => one.id)).toContain(
    'contact-title-missing',
  );
  const context = await contextAt(api.db, definitions, new Date(now.getTime() + 1000).toISOString());
  await score({ ...context, definitions: { ...definitions, rules: [] } }, contact);
  const [left] = await api.db.query(sql`select count(*)::int as n from quality.finding where closed_at is null`);
  expect(left).toEqual({ n: 0 });
  const [scored] = await api.db.query(
    sql`select score from quality.score where run_id = ${context.run.id} and dimension is null`,
  );
  expect(scored).toEqual({ score: null });
});

const form = {
  object: 'Contact',
  field: 'title',
  dimension: 'validity',
  severity: 'warn',
  title: 'Contact called Buyer',
  advice: 'Write the whole title.',
  applies: [{ field: 'owner_id', operator: 'equals', value: 'U1' }],
  violated: [
    { field: 'title', operator: 'starts-with', value: 'BUY' },
    { field: 'modified_at', operator: 'older-than-days', value: 350 },
  ],
};

test('a rule by form is made of its back-test, found by the next run, set like others, and removed', async () => {
  const early = await send('POST', '/v1/backtests', { form });
  const rule = { id: 'own-buyer', backtestId: early.body.id, reason: 'Marketing asked' };
  expect((await send('POST', '/v1/rules', rule)).body).toMatchObject({ status: 409, code: 'conflict' });
  const { result } = await worked(early.body.id);
  expect(result).toMatchObject({ openedCount: 3, opened: ['C4', 'C6', 'C8'] });
  expect((await send('POST', '/v1/rules', rule)).body).toMatchObject({ origin: 'form', revision: 0 });
  expect((await send('POST', '/v1/rules', rule)).status).toBe(409);
  await night();
  expect(await open('own-buyer')).toEqual(['C4', 'C6', 'C8']);
  const lighter = { weight: 0.5, severity: 'critical', reason: 'minor' };
  expect((await send('PATCH', '/v1/rules/own-buyer', lighter, { 'if-match': '"0"' })).body).toMatchObject({
    weight: 0.5,
    severity: 'critical',
    revision: 1,
  });
  await night();
  const severe = await api.db.query(
    sql`select distinct severity from quality.finding where rule_id = 'own-buyer' and closed_at is null`,
  );
  expect(severe).toEqual([{ severity: 'critical' }]);
  expect((await send('DELETE', '/v1/rules/own-buyer')).status).toBe(204);
  await night();
  expect(await open('own-buyer')).toEqual([]);
  expect((await read('/v1/rules/own-buyer/history')).data.map((one: { kind: string }) => one.kind)).toEqual([
    'removed',
    'set',
    'written',
    'created',
  ]);
});

test.each<[string, object, string]>([
  [
    'a column that is not there',
    { violated: [{ field: 'shoe_size', operator: 'above', value: 3 }] },
    '/form/violated/0/field',
  ],
  [
    'an operator for another type',
    { violated: [{ field: 'title', operator: 'above', value: 3 }] },
    '/form/violated/0/operator',
  ],
  ['no value', { violated: [{ field: 'title', operator: 'equals' }] }, '/form/violated/0/value'],
  [
    'a date that is none',
    { violated: [{ field: 'created_at', operator: 'before', value: '2026-02-30' }] },
    '/form/violated/0/value',
  ],
  [
    'a day of the year 0',
    { violated: [{ field: 'created_at', operator: 'after', value: '0000-01-01' }] },
    '/form/violated/0/value',
  ],
  ['an object that is not there', { object: 'Shoe' }, '/form/object'],
])('a form with %s is refused where it is', async (_, part, pointer) => {
  const refused = await send('POST', '/v1/backtests', { form: { ...form, ...part } });
  expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer }] });
});

test('what is typed into a form is compared, and never run', async () => {
  const value = `'); drop table standard.contact; --`;
  const fields = Object.entries(contact.fields);
  const violated = [
    { field: 'title', operator: 'equals', value },
    { field: 'title', operator: 'one-of', value: [value, ':now'] },
    { field: 'title', operator: 'contains', value: `%_${value}` },
  ];
  const { body } = await send('POST', '/v1/backtests', { form: { ...form, applies: [], violated, match: 'any' } });
  expect(await worked(body.id)).toMatchObject({ state: 'done', result: { openedCount: 0, recordCount: 10 } });
  expect(fields.length).toBeGreaterThan(10);
});

test('every operator compares every type that it takes', async () => {
  const values = { text: 'buyer', id: 'U1', number: 3, boolean: true, date: '2026-01-31', timestamp: '2026-01-31' };
  const lead = objectNamed(definitions, 'Lead');
  let asked = 0;
  for (const type of Object.keys(values) as (keyof typeof values)[]) {
    const field = Object.keys(lead.fields).find((name) => lead.fields[name]!.type === type)!;
    const violated = [
      { field, operator: 'is-blank' },
      { field, operator: 'is-filled' },
      { field, operator: 'equals', value: values[type] },
      { field, operator: 'not-equals', value: values[type] },
      ...(type === 'text' ? [{ field, operator: 'none-of', value: ['a', 'b'] }] : []),
      ...(type === 'number'
        ? [
            { field, operator: 'above', value: 3 },
            { field, operator: 'below', value: -1.5 },
          ]
        : []),
      ...(type === 'date' || type === 'timestamp'
        ? [
            { field, operator: 'after', value: '2020-01-01' },
            { field, operator: 'within-days', value: 30 },
          ]
        : []),
    ];
    const own = { ...form, object: 'Lead', field: null, applies: [], violated, match: 'any' };
    const { body } = await send('POST', '/v1/backtests', { form: own });
    expect(await worked(body.id), type).toMatchObject({ state: 'done' });
    asked += violated.length;
  }
  expect(asked).toBe(31);
});
