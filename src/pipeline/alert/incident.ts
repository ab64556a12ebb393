/** An incident as it opens, is revised and ends; each revision has one message, written in the transaction that writes it. */
import sql, { empty } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { SlackMessage } from '../../model/notifier.ts';
import type { Context } from '../context.ts';
import type { Drop, Severity } from './judge.ts';
import type { IncidentCause } from './message.ts';

/** `modelChangeId`, `failedRunId`: the model put aside or the run that it is about; one of scores has neither. */
type Content = { severity: Severity; drops: Drop[]; causes: IncidentCause[]; modelChangeId: string };
type Opened = { objects: string[]; message: SlackMessage; failedRunId?: string } & Pick<Content, 'severity'> &
  Partial<Content>;
/** The run that brings it about. */
type Author = { run: Pick<Context['run'], 'id' | 'connectionId'>; clock: Context['clock'] };
/** What is left out stays as it was. */
type Revised = { kind: 'update' | 'again' | 'resolve'; message: SlackMessage } & Partial<Content>;

/** @returns false, with nothing written, when the same model or run got its incident at this moment */
export async function openIncident(
  tx: Transaction,
  { run, clock }: Author,
  { objects, severity, drops = [], causes = [], modelChangeId, failedRunId, message }: Opened,
): Promise<boolean> {
  const now = clock.now().toISOString();
  const [made] = await tx.query<{ id: string }>(sql`/* alert.open_incident */ insert into alert.incident
    (connection_id, objects, severity, drops, causes, opened_run_id, opened_at, updated_run_id, model_change_id,
      failed_run_id)
    values (${run.connectionId}, ${objects}, ${severity}, ${JSON.stringify(drops)}, ${JSON.stringify(causes)}, ${run.id},
      ${now}::timestamptz, ${run.id}, ${modelChangeId ?? null},
      ${failedRunId ?? null})
    on conflict do nothing returning id`);
  if (made) await enqueue(tx, { id: made.id, revision: 1 }, 'open', message, now);
  return made !== undefined;
}

export async function reviseIncident(
  tx: Transaction,
  { run, clock }: Author,
  { id, revision }: { id: string; revision: number },
  { kind, message, severity, drops, causes, modelChangeId }: Revised,
): Promise<void> {
  const now = clock.now().toISOString();
  const next = { id, revision: revision + 1 };
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const end = sql`, state = 'resolved', resolved_run_id = ${run.id}, resolved_at = ${now}::timestamptz`;
  await tx.query(sql`/* alert.revise_incident */ update alert.incident set revision = ${next.revision}, updated_run_id = ${run.id},
      severity = coalesce(${severity ?? null}, severity), drops = coalesce(${json(drops)}::jsonb, drops),
      causes = coalesce(${json(causes)}::jsonb, causes), model_change_id = coalesce(${modelChangeId ?? null}, model_change_id)
      ${kind === 'resolve' ? end : empty}
    where id = ${id}`);
  // Whoever can edit has the message of the incident say it too.
  await enqueue(tx, next, kind === 'again' ? 'update' : kind, message, now);
  if (kind === 'again') await enqueue(tx, next, 'again', message, now);
}

/** Into the outbox. */
async function enqueue(
  tx: Transaction,
  { id, revision }: { id: string; revision: number },
  kind: 'open' | 'update' | 'again' | 'resolve',
  message: SlackMessage,
  now: string,
): Promise<void> {
  await tx.query(sql`/* alert.message */ insert into alert.message (key, incident_id, kind, payload, not_before, created_at)
    values (${`${id}:${revision}${kind === 'again' ? ':again' : ''}`}, ${id}, ${kind}, ${JSON.stringify(message)}, ${now}::timestamptz, ${now}::timestamptz)`);
}
