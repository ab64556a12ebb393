/** The files of kinds/ as they are looked through, at the end of a run and between runs. */
import { readdirSync } from 'node:fs';
import type { Db, Transaction } from '../../db/connect.ts';
import { changeByRun, openIncidents } from '../../incidents/life.ts';
import { type Definitions, incidentKind } from '../../model/definitions.ts';
import type { Clock } from '../../model/ports.ts';
import type { Context } from '../context.ts';
import type { IncidentKind } from './kind.ts';

const folder = new URL('./kinds/', import.meta.url);
const files = readdirSync(folder).filter((file) => /\.m?ts$/.test(file));
const kinds = await Promise.all(
  files.sort().map(async (file) => ({
    name: incidentKind.parse(file.replace(/\.m?ts$/, '')),
    kind: ((await import(new URL(file, folder).href)) as { default: IncidentKind }).default,
  })),
);

/** At the end of a run, in its transaction. Returns how many incidents were opened, changed and resolved. */
export async function lookAtRun(tx: Transaction, context: Context): Promise<number> {
  const { run, clock, definitions } = context;
  let count = 0;
  for (const { name, kind } of kinds) {
    if (kind.when !== 'run') continue;
    for (const change of await kind.look(tx, await openIncidents(tx, name, run.connectionId), context)) {
      count += Number(await changeByRun(tx, name, change, clock.now(), definitions.alerts));
    }
  }
  return count;
}

/** Between runs, over all orgs; several workers may look at once. Returns how many incidents were opened, changed and resolved. */
export async function lookBetweenRuns(db: Db, clock: Clock, definitions: Definitions): Promise<number> {
  let count = 0;
  for (const { name, kind } of kinds) {
    if (kind.when !== 'beat') continue;
    count += await db.transaction(async (tx) => {
      let own = 0;
      for (const change of await kind.look(tx, await openIncidents(tx, name, null))) {
        own += Number(await changeByRun(tx, name, change, clock.now(), definitions.alerts));
      }
      return own;
    });
  }
  return count;
}
