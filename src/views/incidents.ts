/** Incidents and the messages about them become lists, and one incident with all that happened to it. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type IncidentRow = {
  id: string;
  connectionId: string;
  kind: string;
  subject: string;
  objects: string[];
  state: string;
  severity: string;
  title: string;
  summary: string;
  openedAt: Date;
  openedRunId: string;
  updatedRunId: string;
  mutedUntil: Date | null;
  resolvedAt: Date | null;
};
export type IncidentFilter = {
  state?: string | undefined;
  kind?: string | undefined;
  object?: string | undefined;
  connection?: string | undefined;
};

const columns = sql`i.id, i.connection_id, i.kind, i.subject, i.objects, i.state, i.severity, i.notice->>'title' as title,
  i.notice->>'summary' as summary, i.opened_at, i.opened_run_id, i.updated_run_id, i.muted_until, i.resolved_at`;

/** The newest first. `state` unresolved: whatever is not over. */
export async function listIncidents(
  db: Queryable,
  { state, kind, object, connection }: IncidentFilter,
  page: PageRequest,
): Promise<Page<IncidentRow>> {
  const inState = state === 'unresolved' ? sql`and i.state <> 'resolved'` : state ? sql`and i.state = ${state}` : empty;
  const rows = await db.query(sql`/* incidents.list */ select ${columns} from alert.incident i
    where true ${inState} ${kind ? sql`and i.kind = ${kind}` : empty}
      ${object ? sql`and ${object} = any(i.objects)` : empty} ${connection ? sql`and i.connection_id = ${connection}` : empty}
      ${page.after ? sql`and (i.opened_at, i.id) < (${page.after[0]}::timestamptz, ${page.after[1]})` : empty}
    order by i.opened_at desc, i.id desc limit ${page.limit + 1}`);
  return toPage(camelRows<IncidentRow>(rows), page, ({ openedAt, id }) => [openedAt.toISOString(), id]);
}

export type IncidentStory = IncidentRow & {
  detail: Record<string, unknown>;
  steps: {
    at: string;
    action: string;
    actor: string | null;
    actorName: string | null;
    runId: string | null;
    note: string | null;
  }[];
  messages: { target: string; kind: string; state: string; channel: string | null; ts: string | null }[];
};

/** Undefined when there is none. */
export async function oneIncident(db: Queryable, id: string): Promise<IncidentStory | undefined> {
  const rows = await db.query(sql`/* incidents.one */ select ${columns}, i.detail,
      coalesce((select jsonb_agg(jsonb_build_object('at', to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'action', s.action, 'actor', s.actor, 'actorName', s.actor_name, 'runId', s.run_id, 'note', s.note) order by s.sequence)
        from alert.step s where s.incident_id = i.id), '[]') as steps,
      coalesce((select jsonb_agg(jsonb_build_object('target', m.target, 'kind', m.kind, 'state', m.state,
        'channel', m.handle->>'channel', 'ts', m.handle->>'ts') order by m.sequence)
        from alert.message m where m.incident_id = i.id), '[]') as messages
    from alert.incident i where i.id = ${id}`);
  return camelRows<IncidentStory>(rows)[0];
}

export type DeliveryRow = {
  sequence: string;
  key: string;
  incidentId: string | null;
  target: string;
  kind: string;
  state: string;
  attempts: number;
  summary: string;
  faultCode: string | null;
  fault: string | null;
  notBefore: Date;
  createdAt: Date;
  finishedAt: Date | null;
};
export type DeliveryFilter = {
  state?: string | undefined;
  target?: string | undefined;
  incidentId?: string | undefined;
};

/** The newest first. The address of a person is not shown. */
export async function listDeliveries(
  db: Queryable,
  { state, target, incidentId }: DeliveryFilter,
  page: PageRequest,
): Promise<Page<DeliveryRow>> {
  const rows =
    await db.query(sql`/* deliveries.list */ select m.sequence::text, regexp_replace(m.key, '(mailto|user):.*$', '\\1') as key,
      m.incident_id, regexp_replace(m.target, '^(mailto|user):.*$', '\\1') as target, m.kind, m.state, m.attempts,
      m.payload->>'summary' as summary, m.fault_code, m.fault, m.not_before, m.created_at, m.finished_at
    from alert.message m
    where true ${state ? sql`and m.state = ${state}` : empty} ${incidentId ? sql`and m.incident_id = ${incidentId}` : empty}
      ${target === 'mailto' ? sql`and m.target like 'mailto:%'` : target ? sql`and m.target = ${target}` : empty}
      ${page.after ? sql`and m.sequence < ${page.after[0]}::bigint` : empty}
    order by m.sequence desc limit ${page.limit + 1}`);
  return toPage(camelRows<DeliveryRow>(rows), page, ({ sequence }) => [sequence]);
}
