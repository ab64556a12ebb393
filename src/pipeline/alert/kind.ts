/** Kinds of incidents: one file of kinds/ each, which finds what there is to say; how it is kept and sent is the same for all. */
import { readdirSync } from 'node:fs';
import type { Db, Transaction } from '../../db/connect.ts';
import { changeByRun, type Incident, type IncidentChange, openIncidents } from '../../incidents/life.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { Clock } from '../../model/ports.ts';
import type { Context } from '../context.ts';

/** A kind that is looked at when a sync ends, or between syncs, every few seconds. `open`: its incidents that are not over. */
export type IncidentKind<Detail = unknown> =
  | {
      when: 'run';
      look(tx: Transaction, open: Incident<Detail>[], context: Context): Promise<IncidentChange<Detail>[]>;
    }
  | { when: 'beat'; look(tx: Transaction, open: Incident<Detail>[]): Promise<IncidentChange<Detail>[]> };

export const defineIncidentKind = <Detail>(kind: IncidentKind<Detail>): IncidentKind<Detail> => kind;

const folder = new URL('./kinds/', import.meta.url);
const files = readdirSync(folder).filter((file) => /\.m?ts$/.test(file));
type Named = { name: string; kind: IncidentKind };
let loaded: Promise<Named[]> | undefined;
/** When they are first asked for: the files import this one, which would never be done if it waited for them. */
const kinds = () =>
  (loaded ??= Promise.all(
    files.sort().map(async (file) => ({
      name: file.replace(/\.m?ts$/, ''),
      kind: ((await import(new URL(file, folder).href)) as { default: IncidentKind }).default,
    })),
  ));

/** At the end of a run, in its transaction. Returns how many incidents were opened, changed and resolved. */
export async function lookAtRun(tx: Transaction, context: Context): Promise<number> {
  const { run, clock, definitions } = context;
  let count = 0;
  for (const { name, kind } of await kinds()) {
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
  for (const { name, kind } of await kinds()) {
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
