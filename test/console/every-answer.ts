/** Every GET route and every question of an assistant, with ids that are there and each value that a filter may take. */

type Parameter = { name: string; in: string; schema?: { enum?: string[] } };
type Operation = { parameters?: Parameter[]; security?: unknown[] };
export type Document = { paths: Record<string, Record<string, Operation>> };
export type Answer = { request: string; status: number; text: string };
type Ask = (path: string, body?: object) => Promise<Answer>;

/** Ids by the name of a parameter. A route whose ids are unknown is a fault of the test. */
export type Ids = Record<string, string[]>;

/** Of a metric all that its values are cut by, as no enum says it. */
const more: Record<string, string[]> = {
  '/v1/metrics/{name}/values': ['dimension=owner', 'dimension=team', 'dimension=account', 'dimension=campaign'],
  '/v1/metric-values': ['dimension=owner', 'dimension=team', 'dimension=account'],
  '/v1/pipeline/walk/deals': ['to=2099-01-01'],
};
const needed: Record<string, string> = {
  '/v1/pipeline/walk': 'from=2020-01-01&to=2099-01-01',
  '/v1/pipeline/walk/deals': 'from=2020-01-01&to=2099-01-01',
  '/v1/pipeline/walk/export': 'from=2020-01-01&to=2099-01-01',
  '/v1/scores/segments': 'object=Contact',
  '/v1/scores/series': 'object=Contact',
  '/v1/findings/counts': 'state=all',
};
/** What never ends, or leads away. */
const left = /\/events$|^\/v1\/sessions\/begin$/;

export function requestsOf(document: Document, ids: Ids): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) => {
    const operation = methods.get;
    if (operation === undefined || left.test(path)) return [];
    const filters = (operation.parameters ?? []).filter((one) => one.in === 'query');
    const limit = filters.some(({ name }) => name === 'limit') ? ['limit=100'] : [];
    // A file as JSON lines has what one as CSV has.
    const variants = filters.flatMap(({ name, schema }) =>
      (schema?.enum ?? []).flatMap((value) => (value === 'ndjson' || value === 'json' ? [] : [`${name}=${value}`])),
    );
    const queries = ['', ...variants, ...(more[path] ?? [])].map((one) =>
      [one, ...limit, ...(needed[path] === undefined ? [] : [withoutKey(needed[path], one)])].filter(Boolean).join('&'),
    );
    // Every id as it is, the first by each value of a filter.
    return filled(path, ids).flatMap((whole, at) =>
      (at === 0 ? queries : queries.slice(0, 1)).map((query) => (query === '' ? whole : `${whole}?${query}`)),
    );
  });
}

/** A filter that is given twice is refused. */
const withoutKey = (query: string, given: string) =>
  query
    .split('&')
    .filter((one) => one.split('=')[0] !== given.split('=')[0])
    .join('&');

/** The path with each of its ids; those of several parameters go together by their place. */
function filled(path: string, ids: Ids): string[] {
  if (path.startsWith('/v1/inputs/{name}')) return filled(path.replace('{name}', '{input}'), ids);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  if (names.length === 0) return [path];
  const missing = names.filter((name) => ids[name] === undefined);
  if (missing.length > 0) throw new Error(`The test has no ${missing.join(', ')} for ${path}.`);
  const most = Math.max(...names.map((name) => ids[name]!.length));
  return Array.from({ length: most }, (_, at) =>
    names.reduce((whole, name) => whole.replace(`{${name}}`, ids[name]![at % ids[name]!.length] ?? 'none'), path),
  );
}

/** A few at a time. */
export async function askAll(ask: Ask, requests: string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < requests.length; at += 8)
    answers.push(...(await Promise.all(requests.slice(at, at + 8).map((one) => ask(one)))));
  return answers;
}
