/** `npm run bench -- pull`: all contacts of one org by our pull stage and its peers in one run, then a night's changes by ours. */
import { existsSync } from 'node:fs';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { pullByAssay } from '../peers/assay-pull.ts';
import { pullByDlt } from '../peers/dlt.ts';
import { findPython, workFolder } from '../peers/folders.ts';
import { pullByJsforce } from '../peers/jsforce.ts';
import type { Pulled, PullTask } from '../peers/pull-peer.ts';
import { pullBySalesforceCli } from '../peers/salesforce-cli.ts';
import { salesforceCli } from '../peers/setup.ts';
import { announceSkip, writeReport } from '../report.ts';
import { contactsFolder } from './contacts.ts';
import { createDatabase } from './database.ts';
import { editOvernight } from './nightly.ts';
import { startOrg, type Org } from './org.ts';
import { nightText, type PullResult, pullTable } from './summary.ts';

export type PullOptions = { rows: number; peer: boolean; json?: string };

const nightShare = 0.01;

export async function pullBench({ rows, peer, json }: PullOptions): Promise<void> {
  const folder = await workFolder('pull');
  const orgFolder = await contactsFolder(folder, rows);
  const postgres = await startEmbeddedPostgres(`${folder}/postgres`);
  // The server is the bench's own, so one that an ended bench left behind is stopped as well.
  const interrupted = () => void postgres.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const org = await startOrg(orgFolder).catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  try {
    const task = async (name: string): Promise<PullTask> => ({
      org,
      folder,
      databaseUrl: await createDatabase(postgres.url, `bench_${name}`),
    });
    const mirror = await task('assay');
    const results = [await counted(org, 'assay', () => pullByAssay(mirror), rows)];
    if (peer) results.push(...(await peers(org, task, rows)));
    console.log(pullTable(results));
    const edited = await editOvernight(org, rows, nightShare);
    const night = await counted(org, 'assay, a night later', () => pullByAssay(mirror), null);
    console.log(nightText(night, rows, edited));
    await writeReport(json, 'pull', { rows, results, night, edited });
  } finally {
    await org.close();
    await postgres.stop();
  }
}

async function peers(org: Org, task: (name: string) => Promise<PullTask>, rows: number): Promise<PullResult[]> {
  const results: PullResult[] = [];
  const attempt = async (name: string, pull: () => Promise<Pulled>) => {
    try {
      results.push(await counted(org, name, pull, rows));
    } catch (error) {
      announceSkip(name, `it failed: ${(error as Error).message}`);
    }
  };
  if (existsSync(salesforceCli()))
    await attempt('sf data export bulk', async () => pullBySalesforceCli(await task('sf')));
  else announceSkip('sf data export bulk', 'run `npm run bench -- setup`');
  await attempt('jsforce bulk2', async () => pullByJsforce(await task('jsforce')));
  const python = findPython('pull');
  if (python) await attempt('dlt', async () => pullByDlt(python, await task('dlt')));
  else announceSkip('dlt', 'run `npm run bench -- setup` (needs Python 3.9 or later)');
  return results;
}

/** Runs one client and counts its requests; a client that got another number of rows than there are is told of. */
async function counted(
  org: Org,
  name: string,
  pull: () => Promise<Pulled>,
  expected: number | null,
): Promise<PullResult> {
  await org.takeRequests();
  const pulled = await pull();
  if (expected !== null && pulled.rows !== expected)
    console.error(`*** ${name} got ${pulled.rows} rows of ${expected} ***`);
  const result = { name, ...pulled, apiCalls: await org.takeRequests() };
  console.error(pullTable([result])); // a later client may take long or fail
  return result;
}
