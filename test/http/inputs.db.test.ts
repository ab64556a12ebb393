/** Inputs over HTTP: given as CSV, kept in versions with who and when, and read back as the very file. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestApi, testApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const put = (name: string, payload: string | Buffer, type = 'text/csv') =>
  api.app.inject({
    method: 'PUT',
    url: `/v1/inputs/${name}`,
    headers: { ...api.as('config:write'), 'content-type': type },
    payload,
  });
const get = async <T>(url: string) => {
  const answer = await api.app.inject({ url, headers: api.as('data:read') });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.headers['content-type']?.includes('json') ? answer.json<T>() : (answer.body as T);
};

test('what was never given says so, with the columns it takes', async () => {
  const { data } = await get<{ data: { name: string; version: number; columns: object[] }[] }>('/v1/inputs');
  expect(data.map(({ name, version }) => [name, version])).toEqual(
    ['spend', 'margin', 'targets', 'mql', 'recurring', 'grace', 'working_hours'].map((name) => [name, 0]),
  );
  expect(data[0]!.columns[0]).toEqual({
    name: 'month',
    type: 'month',
    isRequired: true,
    oneOf: null,
    description: 'The month, like 2026-01',
  });
  expect(await get('/v1/inputs/spend')).toEqual({ name: 'spend', lines: [] });
});

test('each file that differs is a version, the same lines again are none, and a header alone takes all back', async () => {
  const first = await put('spend', '\uFEFFMonat;x\n');
  expect(first.statusCode).toBe(422);
  expect(first.json()).toMatchObject({
    code: 'request-refused',
    errors: [
      { pointer: 'line 1, column 1' },
      { pointer: 'line 1, column 2' },
      { pointer: 'line 1' },
      { pointer: 'line 1' },
    ],
  });
  const file = 'month;channel;amount\r\n2026-01;Messe Köln;1.234,50\r\n2026-02;=cmd();7,5\r\n';
  // Nothing was published, so no run is started that would have nothing to say.
  expect((await put('spend', file)).json()).toEqual({ name: 'spend', version: 1, isChanged: true, runId: null });
  expect((await put('spend', file)).json()).toEqual({ name: 'spend', version: 1, isChanged: false, runId: null });
  expect((await put('spend', 'month,amount\n')).json()).toMatchObject({ version: 2, isChanged: true });
  expect(await get('/v1/inputs/spend')).toEqual({ name: 'spend', lines: [] });
  const old = await get<string>('/v1/inputs/spend?version=1&format=csv');
  expect(old).toBe(
    "\uFEFFmonth,channel,kind,amount,currency\r\n2026-01-01,Messe Köln,,1234.50,\r\n2026-02-01,'=cmd(),,7.5,\r\n",
  );
  // What a spreadsheet was kept from running comes back as it was.
  expect((await put('spend', old)).json()).toMatchObject({ version: 3, isChanged: true });
  const { data } = await get<{ data: object[] }>('/v1/inputs/spend/versions');
  expect(data).toMatchObject([
    { version: 3, lineCount: 2, putBy: 'config:write' },
    { version: 2, lineCount: 0 },
    { version: 1, lineCount: 2 },
  ]);
});

test('what cannot be taken changes nothing', async () => {
  const before = await api.db.query(sql`select * from review.input`);
  expect((await put('spend', 'month,amount\n2026-01,x\n')).json()).toMatchObject({
    detail: 'The CSV of spend is not taken. line 2, column amount: is "x": write a number, like 1234.50.',
    errors: [{ pointer: 'line 2, column amount' }],
  });
  expect((await put('spend', '')).statusCode).toBe(422);
  expect((await put('costs', 'month,amount\n')).statusCode).toBe(404);
  expect((await put('spend', '<x/>', 'application/xml')).statusCode).toBe(415);
  expect((await put('spend', `month,amount\n${'2026-01,5\n'.repeat(600_000)}`)).statusCode).toBe(413);
  expect(await api.db.query(sql`select * from review.input`)).toEqual(before);
});
