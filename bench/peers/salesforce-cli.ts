/** The Salesforce CLI exporting all contacts into a CSV file: no types, no database. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readColumns } from '../csv.ts';
import { measure } from '../measure.ts';
import { peersFolder } from './folders.ts';
import { contactsQuery, type Pulled, type PullTask } from './pull-peer.ts';
import { salesforceCli } from './setup.ts';

export async function pullBySalesforceCli({ org, folder }: PullTask): Promise<Pulled> {
  const home = join(peersFolder, 'sf-home');
  await mkdir(home, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    SF_ACCESS_TOKEN: org.accessToken,
    SF_DISABLE_TELEMETRY: 'true',
    SF_AUTOUPDATE_DISABLE: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
  };
  await measure(
    salesforceCli(),
    ['org', 'login', 'access-token', '--instance-url', org.url, '--alias', 'bench', '--no-prompt'],
    { env },
  );
  await org.takeRequests(); // the login is not part of the export
  const file = join(folder, 'sf-export.csv');
  await rm(file, { force: true });
  const start = performance.now();
  let firstRowSeconds: number | null = null;
  const watch = setInterval(() => {
    if (firstRowSeconds === null && existsSync(file) && statSync(file).size > contactsQuery.length)
      firstRowSeconds = (performance.now() - start) / 1000;
  }, 20);
  try {
    const options = ['--query', contactsQuery, '--output-file', file, '--wait', '60', '--target-org', 'bench'];
    const {
      output: _,
      marks: __,
      ...cost
    } = await measure(salesforceCli(), ['data', 'export', 'bulk', ...options], {
      env,
    });
    let rows = 0;
    await readColumns(file, ['Id'], () => rows++);
    return { cost, rows, firstRowSeconds, lands: 'a CSV file' };
  } finally {
    clearInterval(watch);
  }
}
