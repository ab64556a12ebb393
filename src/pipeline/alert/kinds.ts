/** The files of kinds/ as they are looked through, at the end of a run and between runs. */
import type { Db, Transaction } from '../../db/connect.ts';
import { changeByRun, openIncidents } from '../../incidents/life.ts';
import type { Definitions } from '../../model/definitions.ts';
import { incidentKind } from '../../model/incident-kinds.ts';
import type { Clock } from '../../model/ports.ts';
import type { Context } from '../context.ts';
import type { IncidentKind } from './kind.ts';

const kinds = await Promise.all(
  incidentKind.options.map(async (name) => ({
    name,
    kind: ((await import(`./kinds/${name}.ts`)) as { default: IncidentKind }).default,
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
