/** What happened to an incident: one row a step, and the lines that its message shows of them. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';

export type StepAction = 'open' | 'fall' | 'change' | 'remind' | 'acknowledge' | 'mute' | 'unmute' | 'resolve';
export type Step = {
  incidentId: string;
  /** ISO 8601. */
  at: string;
  action: StepAction;
  by?: Actor;
  runId?: string;
  note?: string | undefined;
};

export async function noteStep(tx: Queryable, { incidentId, at, action, by, runId, note }: Step): Promise<void> {
  await tx.query(sql`/* incident.step */ insert into alert.step (incident_id, at, action, actor, actor_name, run_id, note)
    values (${incidentId}, ${at}::timestamptz, ${action}, ${by ? actorText(by) : null}, ${by?.name ?? null}, ${runId ?? null},
      ${note ?? null})`);
}

const verbs: Partial<Record<StepAction, string>> = { acknowledge: 'Acknowledged', mute: 'Muted', resolve: 'Resolved' };

/** The newest word of a person on the state the incident is in; none where no person had one. */
export async function statusOf(tx: Queryable, { id, state }: { id: string; state: string }): Promise<string[]> {
  const action = { acknowledged: 'acknowledge', muted: 'mute', resolved: 'resolve' }[state];
  const [row] = await tx.query<{
    action: StepAction;
    actor_name: string;
    at: Date;
    note: string | null;
    until: Date | null;
  }>(
    sql`/* incident.status */ select s.action, s.actor_name, s.at, s.note, i.muted_until as until
      from alert.step s join alert.incident i on i.id = s.incident_id
      where s.incident_id = ${id} and s.action = ${action ?? ''} and s.actor_name is not null order by s.sequence desc limit 1`,
  );
  if (!row) return [];
  const until = row.action === 'mute' && row.until ? ` until ${minute(row.until)}` : '';
  return [`${verbs[row.action]} by ${row.actor_name}, ${minute(row.at)}${until}${row.note ? `: ${row.note}` : ''}`];
}

export const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
