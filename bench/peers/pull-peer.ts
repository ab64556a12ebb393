/** What each way of getting the contacts out of the org is asked to tell. */
import type { Org } from '../pull/org.ts';
import type { Cost } from '../measure.ts';
import { contactColumns } from '../pull/contacts.ts';

export type Pulled = { cost: Cost; rows: number; firstRowSeconds: number | null; lands: string };
export type PullTask = {
  org: Org;
  /** An empty database on a running PostgreSQL. */ databaseUrl: string;
  folder: string;
};

export const contactsQuery = `SELECT ${contactColumns.join(', ')} FROM Contact`;

/** What a client's process printed as its last line: how many rows it got. */
export function rowsOf(output: string): number {
  const rows = Number(output.trimEnd().split('\n').at(-1));
  if (!Number.isInteger(rows)) throw new Error(`no count of rows at the end of: ${output.slice(-200)}`);
  return rows;
}
