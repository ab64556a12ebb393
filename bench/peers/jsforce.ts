/** jsforce reading all contacts as records: nothing is stored. */
import { join } from 'node:path';
import { measure } from '../measure.ts';
import { contactsQuery, rowsOf, type Pulled, type PullTask } from './pull-peer.ts';

export async function pullByJsforce({ org }: PullTask): Promise<Pulled> {
  const script = join(import.meta.dirname, 'jsforce-process.ts');
  const { output, marks, ...cost } = await measure(process.execPath, [script, org.url, org.accessToken, contactsQuery]);
  return { cost, rows: rowsOf(output), firstRowSeconds: marks.first ?? null, lands: 'nothing' };
}
