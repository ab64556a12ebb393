/** Our pull stage landing all contacts, typed and with the history of their fields, in PostgreSQL; run again it reads what changed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { rowsOf, type Pulled, type PullTask } from './pull-peer.ts';

export async function pullByAssay({ org, databaseUrl, folder }: PullTask): Promise<Pulled> {
  const task = join(folder, 'assay-pull.json');
  const { url: loginUrl, clientId, clientSecret } = org;
  await writeFile(task, JSON.stringify({ databaseUrl, loginUrl, clientId, clientSecret }));
  const script = join(import.meta.dirname, 'assay-pull-process.ts');
  const { output, marks, ...cost } = await measure(process.execPath, [script, task]);
  return { cost, rows: rowsOf(output), firstRowSeconds: marks.first ?? null, lands: 'typed rows with history' };
}
