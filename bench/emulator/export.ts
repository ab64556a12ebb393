/** A Bulk API 2.0 job on the org under test and its result pages, read as a client does that throws every byte away. */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { contactsQuery } from '../peers/pull-peer.ts';
import type { Org } from '../pull/org.ts';

const job = z.object({ id: z.string(), state: z.string(), numberRecordsProcessed: z.number().default(0) });
const listing = z.object({
  resultPages: z.array(z.object({ resultUrl: z.string() })),
  nextRecordsUrl: z.string().nullable(),
});

export type ExportJob = { id: string; rowCount: number };
export type Pages = { parallel: number; rowCount: number; bytes: number; seconds: number; firstRowSeconds: number };

const jobsPath = '/services/data/v62.0/jobs/query';
const pollMs = 20;

/** Resolves when the job is complete. */
export async function exportContacts(org: Org): Promise<ExportJob> {
  let seen = job.parse(await ask(org, jobsPath, { operation: 'query', query: contactsQuery }));
  while (seen.state !== 'JobComplete') {
    if (seen.state === 'Failed') throw new Error(`the job ${seen.id} failed`);
    await sleep(pollMs);
    seen = job.parse(await ask(org, `${jobsPath}/${seen.id}`));
  }
  return { id: seen.id, rowCount: seen.numberRecordsProcessed };
}

/** Every page of the job, `parallel` at once, by the links of `resultPages`; the clock starts with the first listing. */
export async function readPages(org: Org, { id }: ExportJob, options: { parallel: number; gzip: boolean }) {
  const start = performance.now();
  const pages: Pages = { parallel: options.parallel, rowCount: 0, bytes: 0, seconds: 0, firstRowSeconds: NaN };
  const links = linksOf(org, id);
  const readNext = async () => {
    for (let next = await links.next(); !next.done; next = await links.next()) {
      const read = await readPage(org, next.value, options.gzip, () => {
        if (Number.isNaN(pages.firstRowSeconds)) pages.firstRowSeconds = (performance.now() - start) / 1000;
      });
      pages.rowCount += read.rowCount;
      pages.bytes += read.bytes;
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, readNext));
  pages.seconds = (performance.now() - start) / 1000;
  return pages;
}

async function* linksOf(org: Org, id: string): AsyncGenerator<string> {
  for (let path: string | null = `${jobsPath}/${id}/resultPages`; path !== null;) {
    const { resultPages, nextRecordsUrl } = listing.parse(await ask(org, path));
    for (const { resultUrl } of resultPages) yield resultUrl;
    path = nextRecordsUrl;
  }
}

async function ask(org: Org, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(org.url + path, {
    headers: { authorization: `Bearer ${org.accessToken}`, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function readPage(
  org: Org,
  path: string,
  gzip: boolean,
  first: () => void,
): Promise<{ rowCount: number; bytes: number }> {
  const headers = { authorization: `Bearer ${org.accessToken}`, ...(gzip ? { 'accept-encoding': 'gzip' } : {}) };
  return new Promise((resolve, reject) => {
    get(org.url + path, { headers }, (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`${path}: ${answer.statusCode}`));
      let bytes = 0;
      answer
        .on('data', (chunk: Buffer) => {
          if (bytes === 0) first();
          bytes += chunk.length;
        })
        .on('end', () => resolve({ rowCount: Number(answer.headers['sforce-numberofrecords']), bytes }))
        .on('error', reject);
    }).on('error', reject);
  });
}
