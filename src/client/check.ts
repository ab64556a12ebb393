/** A list as a file becomes a list check of a running API, followed to its end, and its rows a file again. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import { type Api, call, request } from './api.ts';
import { downloadCsv } from './download.ts';

const check = z.looseObject({
  id: z.string(),
  entity: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed']),
  rowCount: z.int(),
  doneCount: z.int(),
  columns: z.array(z.object({ column: z.string(), field: z.string().nullable() })),
  summary: z.record(z.string(), z.number()).nullable(),
  fault: z.string().nullable(),
  keepUntil: z.string(),
});
type Check = z.infer<typeof check>;

export type CheckWish = {
  file: string;
  entity?: string;
  /** As it was given: `first_name=Given`. */
  map?: string;
  out?: string;
  keepHours: number;
  json?: boolean;
};

/** Milliseconds between two looks at the job. */
const lookEvery = 500;
/** Seconds a job may wait for a worker before somebody is told. */
const patience = 10;

/** Resolves with whether it was checked to the end. @throws DomainError as the API's, e.g. `file-invalid`. */
export async function checkList(api: Api, { file, entity, map, out, keepHours, json }: CheckWish): Promise<boolean> {
  const content = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file.' : `it cannot be read: ${cause.message}.`;
    throw new DomainError('file-invalid', `${file}: ${why}`, { cause });
  });
  const query = new URLSearchParams({ name: basename(file), keepHours: String(keepHours) });
  if (entity) query.set('entity', entity);
  if (map) query.set('map', map);
  const sent = await request(api, `/v1/list-checks?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: new Uint8Array(content),
  });
  const asked = check.parse(await sent.json());
  const say = (line: string) => void (json ? null : console.log(line));
  say(`${asked.rowCount} rows, taken for ${asked.entity === 'person' ? 'people' : 'companies'}: ${columnsOf(asked)}`);
  const ended = await followed(api, asked, say);
  if (ended.state === 'failed') {
    if (json) console.log(JSON.stringify(ended));
    else console.log(`The check failed: ${ended.fault}`);
    return false;
  }
  const target = out ?? `${file.replace(/\.csv$/i, '')}-checked.csv`;
  await downloadCsv(api, `/v1/list-checks/${ended.id}/rows?format=csv`, target);
  if (json) console.log(JSON.stringify({ ...ended, out: target }));
  else for (const line of linesOf(ended, target)) console.log(line);
  return true;
}

async function followed(api: Api, asked: Check, say: (line: string) => void): Promise<Check> {
  const from = Date.now();
  let isSaid = false;
  let tenths = 0;
  for (let now = asked; ; now = await call(api, 'GET', `/v1/list-checks/${asked.id}`, undefined, check)) {
    if (now.state === 'done' || now.state === 'failed') return now;
    if (now.state === 'queued' && !isSaid && Date.now() - from > patience * 1000) {
      isSaid = true;
      say('No worker has taken it up yet. Start one with `assay worker`.');
    }
    const done = Math.floor((10 * now.doneCount) / now.rowCount);
    if (done > tenths) say(`  ${now.doneCount} of ${now.rowCount} rows`);
    tenths = Math.max(tenths, done);
    await sleep(lookEvery);
  }
}

function columnsOf({ columns }: Check): string {
  const used = columns.flatMap(({ column, field }) => (field === null ? [] : [`${column} as ${field}`]));
  const left = columns.flatMap(({ column, field }) => (field === null ? [column] : []));
  return `${used.join(', ')}${left.length > 0 ? `; not compared: ${left.join(', ')}` : ''}`;
}

function linesOf({ summary, keepUntil }: Check, target: string): string[] {
  const count = (name: string) => summary?.[name] ?? 0;
  return [
    `${count('known')} known, ${count('doubtful')} doubtful, ${count('new')} new, ${count('unknown')} with nothing to find them by`,
    `${count('optedOut')} opted out; ${count('repeated')} rows repeat an earlier one; ${count('incomplete')} were not compared with all that share a key`,
    `Written to ${target}. The service keeps the list until ${keepUntil}.`,
  ];
}
