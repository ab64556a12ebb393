/** An admin's tasks over HTTP alone: waive, assign, say how far it is, count, and export the list of one owner. */
import { parse } from 'csv-parse/sync';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { KeyScope } from '../../src/control/key.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { score } from '../../src/pipeline/score.ts';
import { inForce } from '../../src/quality/in-force.ts';
import { contextAt } from '../pipeline/score-context.ts';
import { createStandardTables } from '../pipeline/score-tables.ts';
import { type TestApi, testApi } from './api.ts';

const definitions = await loadDefinitions();
const opportunity = objectNamed(definitions, 'Opportunity');
const [ann, ben] = ['005000000000001AAA', '005000000000002AAA'];
const id = (n: number) => `00600000000000${n}AAA`;
let api: TestApi;
let now = new Date('2026-06-01T08:00:00Z');

beforeAll(async () => {
  api = await testApi({ clock: { now: () => now } });
  await createStandardTables(api.db, definitions.objects);
  await api.db.query(
    raw(`insert into standard."user" (connection_id, id, name, is_active, user_role_id) values
      ('default', '${ann}', 'Ann Lee', true, 'R1'), ('default', '${ben}', 'Ben Ito', true, 'R2');
    insert into standard.user_role (connection_id, id, name) values ('default', 'R1', 'East'), ('default', 'R2', 'West');
    update control.connection set instance_url = 'https://acme.my.salesforce.com' where id = 'default';
    insert into standard.opportunity (connection_id, id, name, amount, account_id, owner_id, created_at, created_by_id, close_on, is_closed,
        lead_source, last_activity_on, last_stage_change_at)
      select 'default', '00600000000000' || n || 'AAA', case n when 1 then '=HYPERLINK("http://x.example")' else 'Deal ' || n end, n * 100.5,
        case when n > 6 then 'A1' end, case when n % 2 = 1 then '${ann}' else '${ben}' end, timestamptz '2026-05-31', '${ann}', '2026-12-01',
        false, case when n < 5 then 'Web' else 'Event' end, '2026-05-31', '2026-05-31'
      from generate_series(1, 8) n`),
  );
  await night();
});
afterAll(() => api.close());

const send = async (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  as: KeyScope = 'admin',
) => {
  const answer = await api.app.inject({ method, url, headers: api.as(as), ...(payload ? { payload } : {}) });
  const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    body: isJson && !url.includes('export') ? answer.json() : null,
  };
};
const read = async (url: string, as: KeyScope = 'admin') => (await send('GET', url, undefined, as)).body;
async function night(hours = 24) {
  now = new Date(now.getTime() + hours * 3_600_000);
  const context = await contextAt(api.db, definitions, now.toISOString());
  await score({ ...context, definitions: await inForce(api.db, definitions) }, opportunity);
  return context.run.id;
}
type Row = { id: string; recordId: string; amount: number; state: string };
const list = async (query: string): Promise<Row[]> =>
  (await read(`/v1/findings?rule=opportunity-account-missing&${query}`)).data;
const counted = async (runId: string) => {
  const [row] = await api.db
    .query(sql`select applicable_count::int as applicable, violated_count::int as violated, waived_count::int as waived
    from quality.check_result where run_id = ${runId} and rule_id = 'opportunity-account-missing'`);
  return row;
};

test('findings come with names, advice and links, the most money first, page by page', async () => {
  const first = await read('/v1/findings?rule=opportunity-account-missing&sort=amount&limit=4');
  expect(first.data.map(({ amount }: Row) => amount)).toEqual([603, 502.5, 402, 301.5]);
  expect(first.data[0]).toMatchObject({
    recordName: 'Deal 6',
    ownerName: 'Ben Ito',
    url: `https://acme.my.salesforce.com/${id(6)}`,
    state: 'open',
    workState: 'new',
    closeReason: null,
  });
  expect(first.data[0].advice).toMatch(/account/i);
  const second = await read(
    `/v1/findings?rule=opportunity-account-missing&sort=amount&limit=4&cursor=${first.nextCursor}`,
  );
  expect(second.data.map(({ amount }: Row) => amount)).toEqual([201, 100.5]);
  const wrong = await send('GET', `/v1/findings?sort=oldest&cursor=${first.nextCursor}`);
  expect(wrong.body.errors[0].pointer).toBe('/query/cursor');
  for (const sort of ['newest', 'oldest']) {
    const one = await read(`/v1/findings?sort=${sort}&limit=3`);
    const two = await read(`/v1/findings?sort=${sort}&limit=100&cursor=${one.nextCursor}`);
    const all = (await read(`/v1/findings?sort=${sort}&limit=100`)).data;
    expect([...one.data, ...two.data].map(({ id: own }: Row) => own)).toEqual(all.map(({ id: own }: Row) => own));
  }
});

test('a key without pii:read sees no name of anybody', async () => {
  const { data } = await read('/v1/findings?limit=100', 'data:read');
  expect(data.length).toBeGreaterThan(5);
  for (const one of data) expect([one.recordName, one.ownerName, one.assigneeName]).toEqual([null, null, null]);
  const counts = (await read('/v1/findings/counts?by=owner', 'data:read')).data;
  expect(counts.map((one: { name: string | null }) => one.name)).toEqual([null, null]);
  const file = await send('GET', '/v1/findings/export?format=ndjson', undefined, 'data:read');
  expect(file.text).not.toContain('Ann Lee');
});

test('a waived finding leaves list and score until its day, and comes back by itself', async () => {
  const before = await counted(await night());
  expect(before).toEqual({ applicable: 8, violated: 6, waived: 0 });
  const [finding] = await list('sort=amount');
  const until = new Date(now.getTime() + 60 * 3_600_000).toISOString();
  const waived = await send('POST', '/v1/waivers', { findingId: finding!.id, reason: 'A reseller, no account', until });
  expect(waived).toMatchObject({
    status: 201,
    body: { recordId: finding!.recordId, ruleId: 'opportunity-account-missing', madeBy: 'admin' },
  });
  expect((await list('sort=amount')).map(({ id: own }) => own)).not.toContain(finding!.id);
  expect(await list('state=waived')).toMatchObject([{ id: finding!.id, waiverId: waived.body.id, state: 'waived' }]);
  expect(await counted(await night())).toEqual({ applicable: 7, violated: 5, waived: 1 });
  const [kept] = await api.db.query(sql`select is_waived, closed_at from quality.finding where id = ${finding!.id}`);
  expect(kept).toEqual({ is_waived: true, closed_at: null });
  await night();
  expect(await counted(await night())).toEqual({ applicable: 8, violated: 6, waived: 0 });
  expect((await list('')).map(({ id: own }) => own)).toContain(finding!.id);
  expect((await read('/v1/waivers')).data).toEqual([]);
  expect((await read('/v1/waivers?state=all')).data).toHaveLength(1);
});

test('a waiver of a segment holds for whoever comes into it, until it is lifted', async () => {
  const segment = {
    ruleId: 'opportunity-account-missing',
    column: 'lead_source',
    value: 'Web',
    reason: 'The form asks no company',
  };
  const { body } = await send('POST', '/v1/waivers', segment);
  expect(await counted(await night())).toEqual({ applicable: 4, violated: 2, waived: 4 });
  await api.db.query(
    sql`update standard.opportunity set lead_source = 'Web', _version = nextval('mirror.version') where id = ${id(5)}`,
  );
  expect(await counted(await night(1))).toEqual({ applicable: 3, violated: 1, waived: 5 });
  expect((await send('DELETE', `/v1/waivers/${body.id}`)).status).toBe(204);
  expect(await counted(await night(1))).toEqual({ applicable: 8, violated: 6, waived: 0 });
  const wrong = await send('POST', '/v1/waivers', { ...segment, column: 'shoe_size' });
  expect(wrong.body).toMatchObject({ status: 422, errors: [{ pointer: '/column' }] });
  const past = await send('POST', '/v1/waivers', { ...segment, until: '2026-01-01T00:00:00Z' });
  expect(past.body).toMatchObject({ status: 422, errors: [{ pointer: '/until' }] });
});

test('a finding is assigned, worked on, and closes by itself with its time to repair', async () => {
  const [finding] = (await list('sort=oldest')).filter(({ recordId }) => recordId === id(2));
  const assigned = await send('PATCH', `/v1/findings/${finding!.id}`, {
    assigneeId: ann.slice(0, 15),
    comment: 'please look',
  });
  expect(assigned.body).toMatchObject({ assigneeId: ann, assigneeName: 'Ann Lee', workState: 'new' });
  const working = await send('PATCH', `/v1/findings/${finding!.id}`, { state: 'in-progress' });
  expect(working.body).toMatchObject({
    assigneeId: ann,
    workState: 'in-progress',
    notes: [{ comment: 'please look', assigneeId: ann, madeBy: 'admin' }, { state: 'in-progress' }],
  });
  expect(await list(`assigneeId=${ann}&workState=in-progress`)).toHaveLength(1);
  const misspelt = await send('PATCH', `/v1/findings/${finding!.id}`, { assigneeId: '005000000000009AAB' });
  expect(misspelt.body).toMatchObject({ status: 422, errors: [{ pointer: '/assigneeId' }] });
  const nobody = await send('PATCH', `/v1/findings/${finding!.id}`, { assigneeId: '005000000000009AAA' });
  expect(nobody.body).toMatchObject({ status: 422, errors: [{ pointer: '/assigneeId' }] });
  expect((await send('PATCH', `/v1/findings/${finding!.id}`, {})).status).toBe(422);
  await api.db.query(
    sql`update standard.opportunity set account_id = 'A1', _version = nextval('mirror.version') where id = ${id(2)}`,
  );
  await night(1);
  const closed = await read(`/v1/findings/${finding!.id}`);
  expect(closed).toMatchObject({ state: 'closed', closeReason: 'fixed', assigneeId: ann });
  const [opened] = await api.db.query<{ at: Date }>(
    sql`select opened_at as at from quality.finding where id = ${finding!.id}`,
  );
  expect(closed.fixSeconds).toBe((now.getTime() - opened!.at.getTime()) / 1000);
  const owners = (await read('/v1/findings/counts?by=owner&state=all&rule=opportunity-account-missing')).data;
  expect(owners.find((one: { value: string }) => one.value === ben)).toMatchObject({
    name: 'Ben Ito',
    count: 3,
    fixedCount: 1,
    medianFixSeconds: closed.fixSeconds,
  });
});

test('the findings of one owner are a file that no spreadsheet runs', async () => {
  const query = `rule=opportunity-account-missing&ownerId=${ann}&sort=amount`;
  const file = await send('GET', `/v1/findings/export?${query}`);
  expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(file.headers['content-disposition']).toBe('attachment; filename="findings.csv"');
  const rows: Record<string, string>[] = parse(file.text, { columns: true, bom: true });
  expect(rows.map(({ recordId }) => recordId)).toEqual([id(5), id(3), id(1)]);
  expect(rows[2]!.recordName).toBe(`'=HYPERLINK("http://x.example")`);
  expect(rows[0]).toMatchObject({ amount: '502.5', ownerName: 'Ann Lee', title: 'Opportunity without an account' });
  const lines = (await send('GET', `/v1/findings/export?${query}&format=ndjson`)).text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).recordId)).toEqual([id(5), id(3), id(1)]);
  const none = await send('GET', '/v1/findings/export?object=Lead');
  expect(none.text.replace('\ufeff', '').trim().split('\r\n')).toHaveLength(1);
});

test('an export of many pages has every finding once', async () => {
  await api.db
    .query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity, is_stale,
      opened_run_id, opened_at, last_seen_run_id, last_seen_at, amount)
    select 'opportunity-pushed', 1, 'default', 'Opportunity', 'X' || n, 'timeliness', 'warn', true, 'r', now(), 'r', now(), n % 7
    from generate_series(1, 2500) n`);
  for (const sort of ['newest', 'amount']) {
    const { text } = await send('GET', `/v1/findings/export?rule=opportunity-pushed&format=ndjson&sort=${sort}`);
    const ids = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).recordId);
    expect([ids.length, new Set(ids).size]).toEqual([2500, 2500]);
  }
  await api.db.query(sql`delete from quality.finding where rule_id = 'opportunity-pushed'`);
});

test('scores by segment add up to the score, and each record has its own', async () => {
  const runId = await night();
  const [whole] = await api.db.query<{
    score: number;
    n: string;
  }>(sql`select score, applicable_count as n from quality.score
    where run_id = ${runId} and dimension is null`);
  const segments = async (by: string, as: KeyScope = 'admin') =>
    (await read(`/v1/scores/segments?object=Opportunity&by=${by}`, as)).data;
  for (const by of ['owner', 'team', 'source', 'creator', 'integration', 'age']) {
    const all: { applicableCount: number; recordCount: number }[] = await segments(by);
    expect(
      all.reduce((sum, one) => sum + one.applicableCount, 0),
      by,
    ).toBe(Number(whole!.n));
    expect(
      all.reduce((sum, one) => sum + one.recordCount, 0),
      by,
    ).toBe(8);
  }
  expect(await segments('owner')).toMatchObject([
    { value: ann, name: 'Ann Lee', recordCount: 4 },
    { value: ben, name: 'Ben Ito', recordCount: 4 },
  ]);
  expect((await segments('owner', 'data:read'))[0].name).toBeNull();
  expect((await segments('team', 'data:read')).map((one: { name: string }) => one.name)).toEqual(['East', 'West']);
  const accounts = (await segments('rule')).find(
    (one: { value: string }) => one.value === 'opportunity-account-missing',
  );
  expect(accounts).toMatchObject({ applicableCount: 8, violatedCount: 5, score: 3 / 8 });
  expect((await send('GET', '/v1/scores/segments?object=Opportunity&by=country')).status).toBe(422);
  expect((await segments('integration')).map((one: { value: string }) => one.value)).toEqual(['person']);
  const record = await read(`/v1/records/${id(8)}`);
  expect(record.quality.violatedCount).toBe(record.findings.length);
  expect((await read('/v1/scores/segments?object=Lead&by=owner')).data).toEqual([]);
});

test('a series has a mark where a setting changed, with who and why, and none where nothing did', async () => {
  const off = { isOn: false, reason: 'Deals have no account here' };
  const patched = await api.app.inject({
    method: 'PATCH',
    url: '/v1/rules/opportunity-account-missing',
    headers: { ...api.as('admin'), 'if-match': '"0"' },
    payload: off,
  });
  expect(patched.statusCode).toBe(200);
  await night();
  await night();
  const { data } = await read('/v1/scores/series?object=Opportunity&limit=4');
  expect(data.map((one: { mark: unknown }) => one.mark !== null)).toEqual([false, false, true, false]);
  expect(data[2].mark.rules).toEqual([
    {
      ruleId: 'opportunity-account-missing',
      change: 'removed',
      reason: off.reason,
      by: 'admin',
      at: expect.any(String),
    },
  ]);
  expect(data[2].score).toBeGreaterThan(data[1].score);
  expect((await read('/v1/scores/series?object=Opportunity&dimension=validity')).data.at(-1)).toHaveProperty('score');
});
