/** `npm run bench -- api`: every list and search of the API on a million golden records, 100 requests a second, beside one record by its id. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sql from 'sql-template-tag';
import { z } from 'zod';
import { loadDefinitions } from '../../config/index.ts';
import { follow } from '../../src/client/follow.ts';
import type { Api } from '../../src/client/api.ts';
import { type House, startHouse } from '../../src/demo/start.ts';
import { favour } from '../favour.ts';
import { benchFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { table } from '../table.ts';
import { fillStore } from './store.ts';

export type ApiOptions = { records: number; seconds: number; rate: number; only?: string; json?: string };

/** How much longer than one record by its id the slowest hundredth of a list may take. */
const most = 5;

const document = z.object({
  paths: z.record(
    z.string(),
    z.object({
      get: z
        .object({ parameters: z.array(z.object({ name: z.string(), required: z.boolean().optional() })).default([]) })
        .optional(),
    }),
  ),
});
const found = z.object({
  latency: z.object({ p50: z.number(), p99: z.number() }),
  non2xx: z.number(),
  errors: z.number(),
  '2xx': z.number(),
});
type Found = { path: string; p50: number; p99: number; failed: number };

export async function apiBench({ records, seconds, rate, only, json }: ApiOptions): Promise<void> {
  const folder = join(benchFolder, 'api');
  await rm(folder, { recursive: true, force: true });
  await using stack = new AsyncDisposableStack();
  process.env.API_REQUESTS_PER_MINUTE = '1000000';
  const house = await startHouse(folder, undefined, stack);
  await syncOnce(house.api);
  const { one, lists } = await addresses(house);
  const count = await fillStore(house.db, await loadDefinitions(), records);
  const isFirst = favour(folder, stack);
  const wanted = lists.filter((path) => only === undefined || path.includes(only));
  // Once each: what is read from disk and kept for the next is no part of it.
  for (const path of [one, ...wanted]) await ask(house.api, path);
  const by = await pour(house.api, one, rate, seconds);
  const answers: Found[] = [];
  for (const path of wanted) answers.push(await pour(house.api, path, rate, seconds));
  const again = await pour(house.api, one, rate, seconds);
  const base = Math.max(by.p99, again.p99);
  const rows = answers
    .toSorted((left, right) => right.p99 - left.p99)
    .map(({ path, p50, p99, failed }) => [
      path,
      p50,
      p99,
      p99 / base,
      failed > 0 ? `${failed} FAILED` : p99 <= most * base ? 'within' : 'OVER',
    ]);
  console.log(
    table(
      [`${count} golden records, ${rate} requests/s`, 'p50, ms', 'p99, ms', 'of one by id', `most ${most}`],
      [[one, by.p50, by.p99, by.p99 / base, ''], [one, again.p50, again.p99, again.p99 / base, ''], ...rows],
      1,
    ),
  );
  const others = `${(loadavg()[0]! / availableParallelism()).toFixed(1)} processes a core`;
  console.log(
    `${others}; ours ${isFirst ? 'came first' : 'did not come first: run it as root, or on a quiet machine'}.`,
  );
  await writeReport(json, 'api', { count, rate, load: loadavg()[0], one: [by, again], answers });
}

async function syncOnce(api: Api): Promise<void> {
  const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${api.url}/v1/syncs`, { method: 'POST', headers, body: '{}' });
  await follow(api, ((await answer.json()) as { id: string }).id);
}

async function ask(api: Api, path: string): Promise<void> {
  const answer = await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${api.key}` } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  await answer.text();
}

/** What is asked: one record, each list of the document, those people filter and sort by, and searches. */
async function addresses({ api, db }: House): Promise<{ one: string; lists: string[] }> {
  const { paths } = document.parse(await (await fetch(`${api.url}/docs/json`)).json());
  const own = Object.entries(paths).flatMap(([path, { get }]) =>
    get &&
    !path.includes('{') &&
    get.parameters.some(({ name }) => name === 'limit') &&
    get.parameters.every(({ required }) => required !== true)
      ? [path]
      : [],
  );
  const [person] = await db.query<{
    id: string;
    golden_id: string;
    name: string;
    email: string;
  }>(sql`/* bench.api.one */
    select c.id, c.golden_id, p.last_name as name, p.email from golden.person p join golden.crosswalk c using (golden_id)
    where p.email is not null and p.last_name is not null and c.object = 'Contact' order by c.id limit 1 offset 100`);
  const [owner] = await db.query<{ owner_id: string }>(sql`/* bench.api.owner */
    select owner_id from quality.finding where owner_id is not null limit 1`);
  const { id, golden_id: goldenId, name, email } = person!;
  const search = (words: string) => `/v1/duplicates?search=${encodeURIComponent(words)}`;
  return {
    one: `/v1/records/${id}`,
    lists: [
      ...own,
      '/v1/duplicates?sort=largest',
      '/v1/duplicates?entity=company&limit=100',
      search(name),
      search(email),
      search(email.split('@')[1]!),
      search(goldenId),
      search(id),
      search('+1 555 01'),
      ...['oldest', 'amount', 'promised'].map((sort) => `/v1/findings?sort=${sort}`),
      ...['closed', 'waived', 'all'].map((state) => `/v1/findings?state=${state}`),
      `/v1/findings?ownerId=${owner!.owner_id}&sort=amount`,
      '/v1/findings?severity=critical&object=Contact&sort=amount&limit=100',
      '/v1/reviews?entity=person&limit=100',
      `/v1/golden/${goldenId}`,
      ...[name, name.slice(0, 3), email, email.split('@')[1]!, id].map(
        (words) => `/v1/golden?search=${encodeURIComponent(words)}`,
      ),
      ...['Contact', 'Account'].flatMap((object) => [
        `/v1/flags/${object}?limit=100`,
        `/v1/merge-plans/${object}?limit=100`,
        `/v1/scores/series?object=${object}`,
      ]),
      '/v1/metrics/bookings/values?limit=100',
      '/v1/metrics/bookings/bridge',
      '/v1/metrics/bookings/bridge/deal_copies/records?limit=100',
    ],
  };
}

/** By autocannon, which counts what waited while the server was busy. */
async function pour(api: Api, path: string, rate: number, seconds: number): Promise<Found> {
  const parameters = ['--yes', 'autocannon@9.0.0', '--json', '-c', '10', '-R', String(rate), '-d', String(seconds)];
  const header = `authorization=Bearer ${api.key}`;
  const { stdout } = await promisify(execFile)('npx', [...parameters, '-H', header, `${api.url}${path}`], {
    maxBuffer: 1e8,
  });
  const { latency, non2xx, errors, '2xx': answered } = found.parse(JSON.parse(stdout));
  // Without a single answer there is no time of one either.
  return { path, p50: latency.p50, p99: latency.p99, failed: non2xx + errors + (answered === 0 ? 1 : 0) };
}
