/** dlt (Python, pinned) landing all contacts, typed, in a PostgreSQL of their own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { contactsQuery, rowsOf, type Pulled, type PullTask } from './pull-peer.ts';

export async function pullByDlt(python: string, { org, databaseUrl, folder }: PullTask): Promise<Pulled> {
  const certificate = join(folder, 'org.pem');
  await writeFile(certificate, org.https.certificate);
  const task = join(folder, 'dlt.json');
  const { url } = org.https;
  await writeFile(
    task,
    JSON.stringify({ url, certificate, token: org.accessToken, query: contactsQuery, database: databaseUrl, folder }),
  );
  const env = { PATH: process.env.PATH, HOME: folder, RUNTIME__DLTHUB_TELEMETRY: 'false' };
  const { output, marks, ...cost } = await measure(python, [join(import.meta.dirname, 'dlt_contacts.py'), task], {
    env,
  });
  return { cost, rows: rowsOf(output), firstRowSeconds: marks.first ?? null, lands: 'typed rows' };
}
