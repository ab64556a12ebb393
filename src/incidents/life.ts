/** An incident as it opens, changes and ends by what runs find; each change has its messages, written in the same transaction. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable, Transaction } from '../db/connect.ts';
import type { AlertSettings, Severity } from '../model/definitions.ts';
import type { Notice } from '../model/notice.ts';
import { enqueue } from './outbox.ts';
import { noteStep, type StepAction, statusOf } from './step.ts';

export type IncidentState = 'open' | 'acknowledged' | 'muted' | 'resolved';

export type Incident<Detail = unknown> = {
  id: string;
  connectionId: string;
  kind: string;
  subject: string;
  objects: string[];
  state: IncidentState;
  severity: Severity;
  /** What its kind has to remember. */
  detail: Detail;
  notice: Notice;
  revision: number;
  openedRunId: string;
  updatedRunId: string;
};

/** What a kind found: an incident to open, or what became of one that is open. What is left out stays as it was. */
export type IncidentChange<Detail = unknown> = {
  /** again: another fall on top, worth a message of its own. */
  what: 'open' | 'update' | 'again' | 'resolve';
  /** Null of one to open. */
  incident: Incident<Detail> | null;
  connectionId: string;
  /** The run that brings it about. */
  runId: string;
  subject: string;
  objects?: string[];
  severity?: Severity;
  detail?: Detail;
  notice: Notice;
};

export const columns = sql`id, connection_id as "connectionId", kind, subject, objects, state, severity, detail, notice, revision,
  opened_run_id as "openedRunId", updated_run_id as "updatedRunId"`;

/** Those that are not over, the oldest first, held until the transaction ends. `connectionId` null: of every org. */
export function openIncidents<Detail>(
  tx: Queryable,
  kind: string,
  connectionId: string | null,
): Promise<Incident<Detail>[]> {
  const own = connectionId === null ? empty : sql`and connection_id = ${connectionId}`;
  return tx.query<Incident<Detail>>(sql`/* incident.open */ select ${columns} from alert.incident
    where kind = ${kind} and state <> 'resolved' ${own} order by opened_at, id for update`);
}

/** Undefined when there is none; held until the transaction ends. */
export async function incidentForChange(tx: Queryable, id: string): Promise<Incident | undefined> {
  const [found] = await tx.query<Incident>(
    sql`/* incident.one */ select ${columns} from alert.incident where id = ${id} for update`,
  );
  return found;
}

/** @returns false, with nothing written, when the same subject got its incident at this moment */
export async function changeByRun(
  tx: Transaction,
  kind: string,
  change: IncidentChange,
  now: Date,
  settings: AlertSettings,
): Promise<boolean> {
  const { what, incident, runId, connectionId, subject, objects, severity, detail, notice } = change;
  const at = now.toISOString();
  if (what === 'open' || incident === null) {
    const [made] = await tx.query<Incident>(sql`/* incident.begin */ insert into alert.incident
        (connection_id, kind, subject, objects, severity, detail, notice, opened_run_id, opened_at, updated_run_id, announced_at)
      values (${connectionId}, ${kind}, ${subject}, ${objects ?? []}, ${severity ?? 'warn'}, ${JSON.stringify(detail ?? {})},
        ${JSON.stringify(notice)}, ${runId}, ${at}::timestamptz, ${runId}, ${at}::timestamptz)
      on conflict do nothing returning ${columns}`);
    if (!made) return false;
    await noteStep(tx, { incidentId: made.id, at, action: 'open', runId });
    await enqueue(tx, made, 'open', notice, now, settings);
    return true;
  }
  const isAgain = what === 'again' && incident.state !== 'muted';
  // Who acknowledged the first fall has not seen the next.
  const state = what === 'resolve' ? 'resolved' : isAgain ? 'open' : incident.state;
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const [next] = await tx.query<Incident>(sql`/* incident.change */ update alert.incident set revision = revision + 1,
      updated_run_id = ${runId}, state = ${state}, subject = ${subject}, notice = ${JSON.stringify(notice)}::jsonb,
      severity = coalesce(${severity ?? null}, severity), detail = coalesce(${json(detail)}::jsonb, detail),
      objects = coalesce(${objects ?? null}::text[], objects)
      ${isAgain ? sql`, announced_at = ${at}::timestamptz, reminded_at = null` : empty}
      ${what === 'resolve' ? sql`, resolved_run_id = ${runId}, resolved_at = ${at}::timestamptz` : empty}
    where id = ${incident.id} returning ${columns}`);
  const action: StepAction = what === 'again' ? 'fall' : what === 'update' ? 'change' : 'resolve';
  await noteStep(tx, { incidentId: incident.id, at, action, runId });
  const shown = { ...notice, status: state === 'resolved' ? [] : await statusOf(tx, next!) };
  // Whoever can edit has the message of the incident say it too.
  await enqueue(tx, next!, what === 'resolve' ? 'resolve' : 'update', shown, now, settings);
  if (isAgain) await enqueue(tx, next!, 'again', shown, now, settings);
  return true;
}
