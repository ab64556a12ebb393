/** Incidents over HTTP: lists, one with its causes, and what a person may do about it. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type TestApi, testApi } from './api.ts';

const id = 'inc_00000000-0000-4000-8000-000000000001';
const notice = {
  tone: 'alert',
  title: 'acme: data quality fell',
  summary: 'acme: Contact score fell.',
  sections: [],
  footnote: '',
};
let api: TestApi;
beforeAll(async () => void (api = await testApi()));
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.query(sql`truncate alert.incident, alert.message, alert.post, alert.step, control.audit`);
  await api.db
    .query(sql`insert into alert.incident (id, connection_id, kind, subject, objects, severity, notice, detail,
      opened_run_id, opened_at, updated_run_id)
    values (${id}, 'default', 'score-fall', 'Contact', '{Contact}', 'critical', ${JSON.stringify(notice)},
      '{"drops": [{"object": "Contact"}], "causes": []}', 'run_1', '2026-06-01', 'run_1')`);
});

const get = async (url: string, status = 200) => {
  const answer = await api.app.inject({ url, headers: api.as('data:read') });
  expect(answer.statusCode, answer.body).toBe(status);
  return answer.json();
};
const post = (action: string, payload: object, as: 'reviews:write' | 'data:read' = 'reviews:write', of = id) =>
  api.app.inject({ method: 'POST', url: `/v1/incidents/${of}/${action}`, headers: api.as(as), payload });
const ids = async (query: string) => (await get(`/v1/incidents${query}`)).data.map((one: { id: string }) => one.id);

it('lists by state, kind, object and org', async () => {
  expect(await ids('')).toEqual([id]);
  expect(await ids('?state=open&kind=score-fall&object=Contact&connection=default')).toEqual([id]);
  for (const none of ['?state=resolved', '?kind=held-model', '?object=Lead']) expect(await ids(none)).toEqual([]);
  expect(await get('/v1/incidents?connection=con_00000000-0000-4000-8000-000000000001', 422)).toMatchObject({
    detail: 'connection is none of default.',
  });
  expect(await get('/v1/incidents?state=closed', 400)).toMatchObject({
    errors: [{ pointer: '/query/state', message: expect.stringMatching(/^must be one of open, acknowledged, /) }],
  });
  await get('/v1/incidents/inc_00000000-0000-4000-8000-000000000002', 404);
});

it('keeps who acknowledged, muted and resolved it, when and why, and has the message say so', async () => {
  expect((await post('acknowledge', { note: 'an import, rolled back today' })).json()).toEqual({
    id,
    state: 'acknowledged',
  });
  const bare = { method: 'POST', url: `/v1/incidents/${id}/acknowledge`, headers: api.as('reviews:write') } as const;
  expect((await api.app.inject(bare)).statusCode).toBe(200);
  // Pressed twice it is done once.
  expect((await post('acknowledge', {})).statusCode).toBe(200);
  expect((await post('mute', { until: '2099-01-01T00:00:00Z' })).json()).toEqual({ id, state: 'muted' });
  expect((await post('resolve', { note: 'as it should be' })).json()).toEqual({ id, state: 'resolved' });
  expect(await ids('')).toEqual([]);
  expect(await ids('?state=all')).toEqual([id]);
  const story = await get(`/v1/incidents/${id}`);
  expect(story).toMatchObject({ state: 'resolved', detail: { drops: [{ object: 'Contact' }] } });
  expect(story.steps).toMatchObject([
    { action: 'acknowledge', actorName: 'reviews:write', note: 'an import, rolled back today' },
    { action: 'mute' },
    { action: 'resolve', note: 'as it should be' },
  ]);
  const { data } = await get('/v1/deliveries');
  expect(data.map(({ kind, state }: { kind: string; state: string }) => [kind, state])).toEqual([
    ['resolve', 'pending'],
    ['update', 'pending'],
    ['update', 'pending'],
  ]);
  expect(data[0].summary).toMatch(/^Resolved by reviews:write, .*: as it should be\. acme: Contact score fell\.$/);
  const [first] = await api.db.query<{ payload: { status: string[]; actions: string[] } }>(
    sql`select payload from alert.message order by sequence limit 1`,
  );
  expect(first!.payload).toMatchObject({
    status: [expect.stringMatching(/^Acknowledged by reviews:write, .* UTC: an import, rolled back today$/)],
    actions: ['mute', 'resolve'],
  });
});

it('refuses what cannot be: without scope, over, in the past, without a reason', async () => {
  expect((await post('acknowledge', {}, 'data:read')).statusCode).toBe(403);
  expect((await post('mute', { until: '2020-01-01T00:00:00Z' })).json()).toMatchObject({
    errors: [{ pointer: '/until', message: 'must lie in the future' }],
  });
  expect((await post('mute', {})).json()).toMatchObject({ errors: [{ pointer: '/until', message: 'is missing' }] });
  expect((await post('resolve', { note: 7 })).json()).toMatchObject({
    errors: [{ pointer: '/note', message: 'must be text' }],
  });
  expect((await post('acknowledge', {}, 'reviews:write', id.replace('1', '2'))).statusCode).toBe(404);
  await post('resolve', { note: 'done' });
  expect((await post('mute', { until: '2099-01-01T00:00:00Z' })).json()).toMatchObject({ code: 'incident-over' });
  // As often as one likes.
  expect((await post('resolve', { note: 'done' })).statusCode).toBe(200);
  expect(await api.db.query(sql`select from control.audit`)).toHaveLength(1);
});

it('lists deliveries without the address of a person', async () => {
  const sent = await api.app.inject({
    method: 'POST',
    url: '/v1/deliveries/test',
    headers: api.as('config:write'),
    payload: { target: 'mailto:ann@acme.example' },
  });
  expect(sent.statusCode).toBe(202);
  const { data } = await get('/v1/deliveries?target=mailto&state=pending');
  expect(data).toMatchObject([
    { target: 'mailto', kind: 'test', summary: expect.stringContaining('Assay can write here') },
  ]);
  expect(JSON.stringify(data)).not.toContain('ann@');
});
