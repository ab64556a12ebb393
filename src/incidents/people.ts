/** What a person does about an incident: acknowledge it, mute it, resolve it. */
import sql from 'sql-template-tag';
import { audit } from '../control/audit.ts';
import type { Db } from '../db/connect.ts';
import type { Actor } from '../model/actor.ts';
import type { AlertSettings } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import type { Notice, NoticeAction } from '../model/notice.ts';
import { columns, type Incident, incidentForChange, type IncidentState } from './life.ts';
import { enqueue } from './outbox.ts';
import { noteStep, statusOf } from './step.ts';

export type IncidentWish = {
  id: string;
  action: NoticeAction;
  /** Of a mute. */
  until?: Date;
  note?: string | undefined;
  by: Actor;
};

const reached: Record<NoticeAction, IncidentState> = {
  acknowledge: 'acknowledged',
  mute: 'muted',
  resolve: 'resolved',
};

/**
 * Its message says who did what. A score that a person resolved while it is down is the new level: the next fall is from there.
 * Done a second time nothing changes.
 * @throws DomainError `not-found`, `incident-over` when it is resolved.
 */
export async function changeByPerson(
  db: Db,
  { id, action, until, note, by }: IncidentWish,
  now: Date,
  settings: AlertSettings,
): Promise<{ id: string; state: IncidentState }> {
  const state = reached[action];
  const at = now.toISOString();
  return db.transaction(async (tx) => {
    const incident = await incidentForChange(tx, id);
    if (!incident) throw new DomainError('not-found', `There is no incident ${id}.`);
    if (incident.state === 'resolved') {
      if (action === 'resolve') return { id, state };
      throw new DomainError('incident-over', `${id} is resolved.`);
    }
    if (incident.state === state && action === 'acknowledge') return { id, state };
    const isOver = state === 'resolved';
    const end = isOver ? at : null;
    const muted = action === 'mute' ? (until?.toISOString() ?? null) : null;
    const [next] = await tx.query<Incident>(sql`/* incident.person */ update alert.incident set state = ${state},
        revision = revision + 1, muted_until = ${muted}::timestamptz, resolved_at = ${end}::timestamptz
      where id = ${id} returning ${columns}`);
    await noteStep(tx, { incidentId: id, at, action, by, note });
    await audit(tx, by, {
      kind: 'incident',
      id,
      action,
      fields: ['state', ...(muted === null ? [] : ['mutedUntil']), ...(note === undefined ? [] : ['note'])],
    });
    const status = await statusOf(tx, next!);
    const shown: Notice = isOver ? over(incident.notice, status) : { ...incident.notice, status };
    await enqueue(tx, next!, isOver ? 'resolve' : 'update', shown, now, settings);
    return { id, state };
  });
}

function over(notice: Notice, status: string[]): Notice {
  const [who = 'Resolved'] = status;
  return { ...notice, tone: 'good', title: `Resolved: ${notice.title}`, summary: `${who}. ${notice.summary}`, status };
}
