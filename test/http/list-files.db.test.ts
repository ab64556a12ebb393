/** Every list that comes by page comes whole as a file too, with the same rows, filters and rights. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApi, testApi } from './api.ts';

type Parameter = { name: string; in: string };
type Schema = { $ref?: string; type?: string; anyOf?: Schema[]; properties?: Record<string, Schema>; items?: Schema };
/** Those of an object in a row stand beside one another: `actor.name`. */
const columnsOf = (row: Schema): string[] =>
  Object.entries(row.properties!).flatMap(([name, given]) => {
    const whole = schemaOf(given.anyOf?.find((one) => one.type !== 'null') ?? given);
    return whole.properties ? Object.keys(whole.properties).map((own) => `${name}.${own}`) : [name];
  });
type Operation = {
  parameters?: Parameter[];
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
};

let api: TestApi;
let lists: { path: string; operation: Operation }[];
let schemaOf: (schema: Schema) => Schema;
beforeAll(async () => {
  api = await testApi();
  const document = (await api.app.inject({ url: '/docs/json' })).json<{
    paths: Record<string, { get?: Operation }>;
    components: { schemas: Record<string, Schema> };
  }>();
  schemaOf = (schema) =>
    schema.$ref ? schemaOf(document.components.schemas[schema.$ref.split('/').at(-1)!]!) : schema;
  const has = (operation: Operation | undefined, name: string) =>
    operation?.parameters?.some((one) => one.in === 'query' && one.name === name);
  // Findings and the deals of a walk have had a route of their own for it.
  const hasExport = (path: string) =>
    [`${path}/export`, path.replace(/\/\w+$/, '/export')].some((one) => one in document.paths);
  lists = Object.entries(document.paths).flatMap(([path, { get: operation }]) =>
    operation && has(operation, 'cursor') && !hasExport(path) ? [{ path, operation }] : [],
  );
});
afterAll(() => api.close());

const named: Readonly<Record<string, string>> = { name: 'bookings', objectName: 'Contact', step: 'copies' };
const asked: Readonly<Record<string, string>> = { '/v1/golden': 'search=smith', '/v1/metric-values': 'period=all' };
const get = (path: string, format: string) => {
  const at = path.startsWith('/v1/inputs/') ? path.replace('{name}', 'spend') : path;
  const url = at.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => named[name] ?? 'nothing');
  const query = [asked[path], `format=${format}`].filter(Boolean).join('&');
  return api.app.inject({ url: `${url}?${query}`, headers: api.as('admin') });
};

test('there are such lists, and each takes a format', () => {
  expect(lists.length).toBeGreaterThanOrEqual(20);
  const without = lists.filter(({ operation }) => !operation.parameters!.some(({ name }) => name === 'format'));
  expect(without.map(({ path }) => path)).toEqual([]);
});

describe('each', () => {
  test('is a CSV file whose columns are those of its rows, and a file of one object a line', async () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const { path, operation } of lists) {
      const page = await get(path, 'json');
      // What is listed below something that is not here.
      if (page.statusCode === 404) continue;
      expect(page.statusCode, `${path}: ${page.body}`).toBe(200);
      const [csv, lines] = [await get(path, 'csv'), await get(path, 'ndjson')];
      const columns = columnsOf(
        schemaOf(schemaOf(operation.responses['200']!.content['application/json']!.schema).properties!.data!.items!),
      );
      const header = csv.body.replace('\uFEFF', '').split('\r\n')[0];
      if (csv.statusCode !== 200 || !String(csv.headers['content-type']).startsWith('text/csv'))
        wrong.push(`${path}: ${csv.statusCode} ${csv.body.slice(0, 200)}`);
      else if (header !== columns.join(',')) wrong.push(`${path}: ${header} is not ${columns.join(',')}`);
      if (!/^attachment; filename="[\w.-]+\.csv"$/.test(String(csv.headers['content-disposition'])))
        wrong.push(`${path}: ${csv.headers['content-disposition']}`);
      const { data, nextCursor } = page.json<{ data: object[]; nextCursor: string | null }>();
      const rows = lines.body.split('\n').filter(Boolean);
      if (lines.statusCode !== 200 || (nextCursor === null && rows.length !== data.length))
        wrong.push(`${path}: ${rows.length} lines of ${data.length} rows`);
      compared += 1;
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(18);
  });

  test('comes as the client accepts it, where the query does not say', async () => {
    const typeOf = async (url: string, accept: string) => {
      const answer = await api.app.inject({ url, headers: { ...api.as('admin'), accept } });
      if (!url.includes('format=')) expect(answer.headers.vary, url).toContain('accept');
      return String(answer.headers['content-type']).split(';')[0];
    };
    for (const { path } of lists.filter((one) => !one.path.includes('{'))) {
      const url = `${path}?${asked[path] ?? ''}`;
      expect(await typeOf(url, 'text/csv'), path).toBe('text/csv');
    }
    const kinds: [query: string, accept: string, type: string][] = [
      ['', 'application/x-ndjson', 'application/x-ndjson'],
      ['', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
      ['', 'application/json;q=0.1, text/csv;q=0.9', 'text/csv'],
      ['', 'image/png', 'application/json'],
      ['', '(not, a header;;q=', 'application/json'],
      ['?format=json', 'text/csv', 'application/json'],
    ];
    for (const [query, accept, type] of kinds) expect(await typeOf(`/v1/keys${query}`, accept), accept).toBe(type);
    const walk = '/v1/pipeline/walk/export?from=2026-01-01&to=2026-01-02';
    expect([await typeOf(walk, '*/*'), await typeOf(walk, 'application/json')]).toEqual(['text/csv', 'text/csv']);
    expect(await typeOf(walk, 'application/x-ndjson')).toBe('application/x-ndjson');
  });

  test('comes whole, however small a page would be', async () => {
    const made = 130;
    for (let at = 0; at < made; at += 1) {
      const payload = { name: `key ${at}`, scopes: ['data:read'] };
      const answer = await api.app.inject({ method: 'POST', url: '/v1/keys', headers: api.as('admin'), payload });
      expect(answer.statusCode, answer.body).toBe(201);
    }
    const file = await api.app.inject({ url: '/v1/keys?format=ndjson&limit=5', headers: api.as('admin') });
    const names = file.body
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect(names.filter((name) => /^key \d+$/.test(name))).toHaveLength(made);
    expect(new Set(names).size).toBe(names.length);
    expect(file.body).not.toContain('hash');
  });

  test('is refused as the page is', async () => {
    for (const { path } of lists.filter((one) => !one.path.includes('{'))) {
      const url = `${path}?${[asked[path], 'format=csv'].filter(Boolean).join('&')}`;
      expect((await api.app.inject({ url })).statusCode, path).toBe(401);
      const page = await api.app.inject({ url: url.replace('=csv', '=json'), headers: api.as('runs:write') });
      const file = await api.app.inject({ url, headers: api.as('runs:write') });
      expect(file.statusCode, path).toBe(page.statusCode);
    }
  });
});
