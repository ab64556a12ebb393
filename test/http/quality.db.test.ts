/** Duplicates, findings, scores and records over HTTP, from rows as the stages write them. */
import { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, type KeyScope } from '../../src/control/key.ts';
import { systemActor } from '../../src/model/actor.ts';
import { type TestApi, testApi } from './api.ts';

const golden = `per_${'1'.repeat(36)}`;
const run = `run_${'2'.repeat(36)}`;
const [first, second] = ['003000000000001AAA', '003000000000002AAA'];

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  await api.db.query(
    raw(`create table if not exists standard.contact (connection_id text, id text, first_name text, last_name text, _version bigint);
    insert into standard.contact (connection_id, id, last_name) values
      ('default', '${first}', 'Ann Lee'), ('default', '${second}', 'A. Lee');
    create table golden.person (golden_id text primary key, record_count int not null, first_name text, last_name text,
      email text, emails text[], phone text, phones text[]);
    insert into golden.person values ('${golden}', 2, 'Ann', 'Lee', 'ann@lee.example', '{}', '+49 30 1234567', '{}'),
      ('per_${'4'.repeat(36)}', 1, 'Bo', '100%_er', 'bo@x.example', '{}', null, '{(214) 681-4794,512.720.1656}');
    insert into golden.identity (golden_id, entity, minted_run_id, minted_at) values ('${golden}', 'person', '${run}', now()),
      ('per_${'4'.repeat(36)}', 'person', '${run}', now());
    insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id) values
      ('person', 'default', '${first}', 'Contact', '${golden}', '${run}'),
      ('person', 'default', '${second}', 'Contact', '${golden}', '${run}'),
      ('person', 'default', '003000000000003AAA', 'Contact', 'per_${'4'.repeat(36)}', '${run}');
    insert into match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence, rule) values
      ('person', '${run}', 'default', '${first}', 'default', '${second}', 12.5, 0.99, 'link',
        '[{"field": "email", "level": "same", "weight": 8}]', 'e-mail'),
      ('person', '${run}', 'default', '${first}', 'default', '003000000000003AAA', 2, 0.8, 'cut', '[]', 'name');
    insert into golden.proof (golden_id, field, place, connection_id, id, strategy, decided_by)
      values ('${golden}', 'email', 0, 'default', '${first}', 'newest', 'only value');
    insert into control.run (id, connection_id, trigger, mode, state, requested_by)
      values ('${run}', 'default', 'cli', 'auto', 'succeeded', 'test');
    insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity, is_stale,
      opened_run_id, opened_at, last_seen_run_id, last_seen_at, closed_at)
      select 'rule-' || n, 1, 'default', 'Contact', '${first}', 'completeness', 'warn', n = 1, '${run}', now(), '${run}', now(),
        case when n = 5 then now() end from generate_series(1, 5) n;
    insert into quality.score (run_id, connection_id, object, dimension, score, applicable_count, record_count, rules_hash, measured_at) values
      ('${run}', 'default', 'Contact', null, 0.8, 10, 10, 'h', now()), ('${run}', 'default', 'Contact', 'validity', null, 0, 10, 'h', now());`),
  );
});
afterAll(() => api.close());
const read = async (url: string) => {
  const answer = await api.app.inject({ url, headers: api.as('admin') });
  return { status: answer.statusCode, body: answer.json() };
};

test('duplicates are the golden records of several records, with members, evidence and survivors', async () => {
  expect((await read('/v1/duplicates?entity=person')).body).toEqual({
    data: [{ goldenId: golden, entity: 'person', label: 'Ann Lee', recordCount: 2, objects: ['Contact'] }],
    nextCursor: null,
  });
  // The name comes from the golden record, and only for those who may see names.
  const labelFor = async (scope: 'pii:read' | 'data:read') => {
    const scopes: KeyScope[] = scope === 'pii:read' ? ['data:read', 'pii:read'] : ['data:read'];
    const { key } = await createKey(api.db, { name: scope, scopes }, systemActor('test'));
    const answer = await api.app.inject({ url: '/v1/duplicates', headers: { authorization: `Bearer ${key}` } });
    return answer.json<{ data: { label: string | null }[] }>().data[0]!.label;
  };
  expect([await labelFor('pii:read'), await labelFor('data:read')]).toEqual(['Ann Lee', null]);
  const { body } = await read(`/v1/duplicates/${golden}`);
  expect(body.members.map((one: { salesforceId: string }) => one.salesforceId)).toEqual([first, second]);
  expect(body.members[0]).toMatchObject({ object: 'Contact', label: 'Ann Lee' });
  expect(body.pairs).toMatchObject([
    { left: first, right: second, weight: 12.5, probability: 0.99, decision: 'link', rule: 'e-mail' },
  ]);
  expect(body.pairs[0].evidence).toMatchObject([{ field: 'email', level: 'same', weight: 8 }]);
  expect(body.cuts).toMatchObject([{ right: '003000000000003AAA', decision: 'cut', rule: 'name' }]);
  expect(body.survivors).toMatchObject([{ field: 'email', salesforceId: first, strategy: 'newest' }]);
  expect((await read(`/v1/duplicates/per_${'9'.repeat(36)}`)).status).toBe(404);
});

test('a group of records of two orgs is one row: counted as the detail counts it, and found from either org', async () => {
  const [across, other] = [`per_${'7'.repeat(36)}`, `con_${'8'.repeat(36)}`];
  await api.db.query(
    raw(`insert into control.connection (id, name) values ('${other}', 'EMEA');
    insert into golden.identity (golden_id, entity, minted_run_id, minted_at) values ('${across}', 'person', '${run}', now());
    insert into golden.person (golden_id, record_count, last_name) values ('${across}', 3, 'Cruz');
    insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id) values
      ('person', 'default', '003000000000071AAA', 'Contact', '${across}', '${run}'),
      ('person', '${other}', '003000000000072AAA', 'Contact', '${across}', '${run}'),
      ('person', '${other}', '00Q000000000073AAA', 'Lead', '${across}', '${run}');`),
  );
  const list = async (query: string) =>
    (await read(`/v1/duplicates?${query}`)).body.data.map(
      ({ goldenId, recordCount }: { goldenId: string; recordCount: number }) => [goldenId, recordCount],
    );
  expect(await list('sort=largest')).toEqual([
    [across, 3],
    [golden, 2],
  ]);
  expect(await list('sort=largest&connection=default')).toEqual([
    [across, 3],
    [golden, 2],
  ]);
  expect(await list(`connection=${other}`)).toEqual([[across, 3]]);
  expect((await read(`/v1/duplicates/${across}`)).body.members).toHaveLength(3);
  expect((await read('/v1/duplicates?sort=largest&limit=1')).body.data[0].objects).toEqual(['Contact', 'Lead']);
  const first = (await read('/v1/duplicates?sort=largest&limit=1')).body;
  expect(await list(`sort=largest&limit=1&cursor=${first.nextCursor}`)).toEqual([[golden, 2]]);
  expect((await read('/v1/queues')).body.duplicates).toEqual([{ entity: 'person', groupCount: 2, recordCount: 5 }]);
  expect((await read(`/v1/golden?search=cruz&connection=${other}`)).body.data[0].recordCount).toBe(3);
  await api.db.query(
    raw(`delete from golden.crosswalk where golden_id = '${across}'; delete from golden.person where golden_id = '${across}';
    delete from golden.identity where golden_id = '${across}'; delete from control.connection where id = '${other}'`),
  );
});

test('a golden record is found by parts of its name, e-mail and phone, and by ids, also where it is one record alone', async () => {
  const alone = `per_${'4'.repeat(36)}`;
  const found = async (search: string) =>
    (await read(`/v1/golden?search=${encodeURIComponent(search)}`)).body.data.map(
      ({ label, recordCount }: { label: string; recordCount: number }) => [label, recordCount],
    );
  const ann = ['Ann Lee', 2];
  const bo = ['Bo 100%_er', 1];
  expect(await found('nn le')).toEqual([ann]);
  expect(await found('BO@X')).toEqual([bo]);
  expect(await found('example')).toEqual([ann, bo]);
  expect(await found('100%_')).toEqual([bo]);
  for (const number of ['030 1234567', '1234567', '+49301234567']) expect(await found(number), number).toEqual([ann]);
  for (const number of ['+1 214 681 4794', '681-4794']) expect(await found(number), number).toEqual([bo]);
  for (const number of ['1234', '47945127']) expect(await found(number), number).toEqual([]);
  for (const id of [alone, '003000000000003AAA', '003000000000003']) expect(await found(id), id).toEqual([bo]);
  const first = (await read('/v1/golden?search=example&limit=1')).body;
  const next = (await read(`/v1/golden?search=example&limit=1&cursor=${first.nextCursor}`)).body;
  expect([first.data[0].label, next.data[0].label, next.nextCursor]).toEqual(['Ann Lee', 'Bo 100%_er', null]);
  const blind = await api.app.inject({ url: '/v1/golden?search=example', headers: api.as('data:read') });
  expect(blind.statusCode).toBe(403);
});

test('findings are filtered and paged without loss', async () => {
  const count = async (query: string) => (await read(`/v1/findings?${query}`)).body.data.length;
  expect([await count(''), await count('state=closed'), await count('state=all')]).toEqual([4, 1, 5]);
  expect([await count('stale=true'), await count('stale=false'), await count('object=Lead')]).toEqual([1, 3, 0]);
  const one = (await read('/v1/findings?limit=3')).body;
  const two = (await read(`/v1/findings?limit=3&cursor=${one.nextCursor}`)).body;
  const rules = [...one.data, ...two.data].map((found: { ruleId: string }) => found.ruleId).sort();
  expect(rules).toEqual(['rule-1', 'rule-2', 'rule-3', 'rule-4']);
});

test('scores are those of the last complete sync; what was not measured is null', async () => {
  const { data } = (await read('/v1/scores')).body;
  expect(data).toMatchObject([
    { dimension: null, score: 0.8 },
    { dimension: 'validity', score: null },
  ]);
});

test('a sync of one object leaves the scores of the others in place', async () => {
  const [before, later, failed] = ['1', '3', '5'].map((digit) => `run_${digit.repeat(36)}`);
  await api.db.query(
    raw(`insert into control.run (id, connection_id, trigger, mode, state, requested_by) values
      ('${before}', 'default', 'cli', 'auto', 'succeeded', 'test'), ('${later}', 'default', 'cli', 'auto', 'succeeded', 'test'),
      ('${failed}', 'default', 'cli', 'auto', 'failed', 'test');
    insert into quality.score (run_id, connection_id, object, dimension, score, applicable_count, record_count, rules_hash, measured_at) values
      ('${before}', 'default', 'Contact', null, 0.1, 1, 1, 'h', now() - interval '1 hour'), ('${before}', 'default', 'Account', null, 0.4, 1, 1, 'h', now() - interval '1 hour'),
      ('${later}', 'default', 'Lead', null, 0.5, 1, 1, 'h', now()), ('${failed}', 'default', 'Lead', null, 0.6, 1, 1, 'h', now()),
      ('${before}', 'default', 'Gone', null, 0.7, 1, 1, 'h', now() - interval '1 hour');`),
  );
  const shown = (data: { object: string; dimension: string | null; score: number | null }[]) =>
    data.map(({ object, dimension, score }) => [object, dimension, score]);
  const all = [
    ['Account', null, 0.4],
    ['Contact', null, 0.8],
    ['Contact', 'validity', null],
    ['Lead', null, 0.5],
  ];
  expect(shown((await read('/v1/scores')).body.data)).toEqual(all);
  expect(shown((await read(`/v1/scores?runId=${before}`)).body.data)).toEqual([
    ['Account', null, 0.4],
    ['Contact', null, 0.1],
    ['Gone', null, 0.7],
  ]);
  const paged = [];
  for (let cursor = ''; ;) {
    const { body } = await read(`/v1/scores?limit=1${cursor}`);
    paged.push(...body.data);
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(shown(paged)).toEqual(all);
});

test('a record is found by 15 and by 18 characters, and a mistyped id is told', async () => {
  const long = await read(`/v1/records/${first}`);
  expect(long.body).toMatchObject({ object: 'Contact', identities: [{ entity: 'person', goldenId: golden }] });
  expect(long.body.fields.last_name).toBe('Ann Lee');
  expect(long.body.findings).toHaveLength(4);
  expect((await read(`/v1/records/${first.slice(0, 15)}`)).body).toEqual(long.body);
  const wrong = await read('/v1/records/003000000000001ABC');
  expect(wrong.body.errors[0].pointer).toBe('/params/salesforceId');
  expect((await read('/v1/records/003000000000009AAA')).status).toBe(404);
});

test('a finding says what its rule finds and what to do; of a rule that is gone it says neither', async () => {
  await api.db.query(raw(`update quality.finding set rule_id = 'contact-title-missing' where rule_id = 'rule-4'`));
  const { data } = (await read('/v1/findings?rule=contact-title-missing')).body;
  expect(data).toMatchObject([
    { title: 'Contact without a job title', advice: 'Add the job title; routing depends on it.' },
  ]);
  expect((await read('/v1/findings?rule=rule-1')).body.data).toMatchObject([{ title: null, advice: null }]);
  const record = (await read(`/v1/records/${first}`)).body;
  expect(record.findings.map((one: { advice: string | null }) => one.advice)).toContain(
    'Add the job title; routing depends on it.',
  );
});

test.each([
  ['/v1/findings?object=Nope', 'object', 'Contact'],
  ['/v1/findings/counts?by=rule&object=Nope', 'object', 'Contact'],
  ['/v1/findings/export?object=Nope', 'object', 'Contact'],
  ['/v1/findings?rule=nope', 'rule', 'GET /v1/rules'],
  [`/v1/findings?connection=con_${'0'.repeat(36)}`, 'connection', 'default'],
  ['/v1/scores?object=Nope', 'object', 'Contact'],
  ['/v1/scores/series?object=Nope', 'object', 'Contact'],
  ['/v1/scores/segments?object=Nope&by=owner', 'object', 'Contact'],
  ['/v1/rules?object=Nope', 'object', 'Contact'],
  ['/v1/rules/columns?object=Nope', 'object', 'Contact'],
  ['/v1/incidents?object=Nope', 'object', 'Contact'],
  ['/v1/incidents?kind=nope', 'kind', 'score-fall'],
  [`/v1/fixes?connection=con_${'0'.repeat(36)}`, 'connection', 'default'],
  [`/v1/merge-plans/Contact?connectionId=con_${'0'.repeat(36)}`, 'connectionId', 'default'],
  ['/v1/metric-values?dimension=nope', 'dimension', ''],
  ['/v1/metrics/bookings/values?dimension=nope', 'dimension', 'owner'],
])('%s is refused, and says what there is', async (url, field, known) => {
  const { status, body } = await read(url);
  expect(status).toBe(field === 'kind' ? 400 : 422);
  expect(body.errors).toMatchObject([{ pointer: `/query/${field}` }]);
  expect(body.errors[0].message).toContain(known);
});
