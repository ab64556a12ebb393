/** Notices go into the outbox, one row for each target they are routed to, not before the quiet hours are over. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { AlertSettings, Severity } from '../model/definitions.ts';
import type { Notice, NoticeAction } from '../model/notice.ts';
import { quietUntil } from './quiet.ts';

export type MessageKind = 'open' | 'update' | 'again' | 'remind' | 'resolve';

type Routed = {
  id: string;
  kind: string;
  state: string;
  objects: string[];
  severity: Severity;
  detail: unknown;
  revision: number;
};

/** The targets of an incident: every route that fits, or the default channel. */
export function targetsOf(incident: Omit<Routed, 'id' | 'revision' | 'state'>, { routes }: AlertSettings): string[] {
  const { owners = [] } = (incident.detail ?? {}) as { owners?: string[] };
  const fits = <T>(wanted: readonly T[] | undefined, has: readonly T[]) =>
    wanted === undefined || has.some((one) => wanted.includes(one));
  const found = routes.filter(
    (route) =>
      fits(route.kinds, [incident.kind]) &&
      fits(route.severities, [incident.severity]) &&
      fits(route.objects, incident.objects) &&
      fits(
        route.owners,
        owners.flatMap((id) => [id, id.slice(0, 15)]),
      ),
  );
  return found.length === 0 ? ['default'] : [...new Set(found.map(({ to }) => to))];
}

const actions: Record<string, NoticeAction[]> = {
  open: ['acknowledge', 'mute', 'resolve'],
  acknowledged: ['mute', 'resolve'],
  muted: ['acknowledge', 'resolve'],
};

/** A critical one waits for no morning. What changes a message waits for the message that is still to come. */
export async function enqueue(
  tx: Queryable,
  incident: Routed,
  kind: MessageKind,
  notice: Notice,
  now: Date,
  settings: AlertSettings,
): Promise<void> {
  const { id, revision, state, severity } = incident;
  const isLoud = kind !== 'update' && kind !== 'resolve' && severity !== 'critical';
  const due = (isLoud ? quietUntil(now, settings.quietHours) : null) ?? now;
  const payload = JSON.stringify({ ...notice, incidentId: id, actions: actions[state] ?? [] });
  const beside = kind === 'again' || kind === 'remind' ? `:${kind}` : '';
  await tx.query(sql`/* incident.enqueue */ with target as (
      select unnest(${targetsOf(incident, settings)}::text[]) as name
      union select target from alert.message where incident_id = ${id})
    insert into alert.message (key, incident_id, target, kind, payload, not_before, created_at)
    select ${`${id}:${revision}${beside}@`} || name, ${id}, name, ${kind}, ${payload}::jsonb,
      greatest(${due.toISOString()}::timestamptz, (select max(not_before) from alert.message m
        where m.incident_id = ${id} and m.target = name and m.state = 'pending')), ${now.toISOString()}::timestamptz
    from target`);
}
/** A notice about no incident, for one target, once under its key. */
export async function enqueueAlone(
  tx: Queryable,
  {
    key,
    target,
    kind,
    notice,
    due,
  }: { key: string; target: string; kind: 'digest' | 'test'; notice: Notice; due: Date },
  now: Date,
): Promise<boolean> {
  const made =
    await tx.query(sql`/* incident.enqueue_alone */ insert into alert.message (key, target, kind, payload, not_before, created_at)
    values (${key}, ${target}, ${kind}, ${JSON.stringify(notice)}, ${due.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz)
    on conflict do nothing returning 1`);
  return made.length > 0;
}
