/** A kind of incident, one file of kinds/: it finds what there is to say; how that is kept and sent is the same for all. */
import type { Transaction } from '../../db/connect.ts';
import type { Incident, IncidentChange } from '../../incidents/life.ts';
import type { Context } from '../context.ts';

/** A kind that is looked at when a sync ends, or between syncs, every few seconds. `open`: its incidents that are not over. */
export type IncidentKind<Detail = unknown> =
  | {
      when: 'run';
      look(tx: Transaction, open: Incident<Detail>[], context: Context): Promise<IncidentChange<Detail>[]>;
    }
  | { when: 'beat'; look(tx: Transaction, open: Incident<Detail>[]): Promise<IncidentChange<Detail>[]> };

export const defineIncidentKind = <Detail>(kind: IncidentKind<Detail>): IncidentKind<Detail> => kind;
