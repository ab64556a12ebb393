/** The scores of a run become incidents, and the messages about them in the outbox. */
import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../db/connect.ts';
import type { StageResult } from '../model/run.ts';
import { explain } from './alert/explain.ts';
import { type Drop, isRecovered, judge, type Severity } from './alert/judge.ts';
import { checksOf, type Measure, measuresOf } from './alert/measure.ts';
import { incidentMessage, type Told } from './alert/message.ts';
import type { Context } from './context.ts';

type Incident = { id: string; revision: number; severity: Severity; drops: Drop[]; updated_run_id: string };

/**
 * One incident per object while any of its measures is down; what changes about it edits its one message. Incident and
 * message are written in one transaction. `changedCount` counts the incidents opened, edited and resolved.
 */
export async function alert(context: Context): Promise<StageResult> {
  const { db, run, definitions } = context;
  const settings = definitions.alerts;
  const measures = await measuresOf(db, run.id, settings.baselineRunCount);
  let changedCount = 0;
  for (const [object, own] of Map.groupBy(measures, (measure) => measure.object)) {
    context.signal.throwIfAborted();
    if (own[0]!.recordCount < settings.minimumRecordCount) continue;
    changedCount += Number(await context.write((tx) => settle(tx, context, object, own)));
  }
  return { readCount: measures.length, changedCount };
}

/** Returns whether anything was written. */
async function settle(tx: Transaction, context: Context, object: string, measures: Measure[]): Promise<boolean> {
  const { run, definitions, clock } = context;
  const [open] = await tx.query<Incident>(sql`/* alert.open */
    select id, revision, severity, drops, updated_run_id from alert.incident
    where connection_id = ${run.connectionId} and object = ${object} and state <> 'resolved' for update`);
  // The stage was run again for the same run: all is said.
  if (open?.updated_run_id === run.id) return false;

  const drops = measures.flatMap((measure) => {
    const before = open?.drops.find((drop) => drop.dimension === measure.dimension);
    // While it is down the baseline stays that of the day it fell: else a lasting fall becomes its own baseline.
    if (before) {
      return isRecovered(before, measure.score, definitions.alerts) ? [] : [{ ...before, score: measure.score }];
    }
    const scores = measure.history.map(({ score }) => score);
    return judge(measure.dimension, measure.score, scores, definitions.alerts) ?? [];
  });
  const now = clock.now().toISOString();
  if (drops.length === 0) {
    if (!open) return false;
    const told = await tell(tx, context, object, lastSeen(open.drops, measures), measures, 'resolved');
    await tx.query(sql`/* alert.resolve */ update alert.incident
      set state = 'resolved', revision = ${open.revision + 1}, updated_run_id = ${run.id}, resolved_run_id = ${run.id},
        resolved_at = ${now}::timestamptz where id = ${open.id}`);
    await enqueue(tx, open.id, open.revision + 1, 'resolve', told, now);
    return true;
  }
  if (open && isSame(open.drops, drops)) return false;

  const told = await tell(tx, context, object, drops, measures, 'open');
  const severity: Severity = drops.some((drop) => drop.severity === 'critical') ? 'critical' : 'warn';
  const [written] = open
    ? await tx.query<{ id: string; revision: number }>(sql`/* alert.update */ update alert.incident
        set severity = ${severity}, drops = ${JSON.stringify(drops)}, causes = ${JSON.stringify(told.causes)},
          revision = revision + 1, updated_run_id = ${run.id} where id = ${open.id} returning id, revision`)
    : await tx.query<{ id: string; revision: number }>(sql`/* alert.insert */ insert into alert.incident
        (connection_id, object, severity, drops, causes, opened_run_id, opened_at, updated_run_id)
        values (${run.connectionId}, ${object}, ${severity}, ${JSON.stringify(drops)}, ${JSON.stringify(told.causes)},
          ${run.id}, ${now}::timestamptz, ${run.id}) returning id, revision`);
  await enqueue(tx, written!.id, written!.revision, open ? 'update' : 'open', told, now);
  return true;
}

/** A point is what a reader sees; less is not worth an edit. */
function isSame(before: Drop[], after: Drop[]): boolean {
  const shown = (drops: Drop[]) => drops.map((drop) => `${drop.dimension} ${Math.round(drop.score * 100)}`).join();
  return shown(before) === shown(after);
}

function lastSeen(drops: Drop[], measures: Measure[]): Drop[] {
  return drops.map((drop) => ({
    ...drop,
    reason: 'drop' as const,
    score: measures.find((measure) => measure.dimension === drop.dimension)?.score ?? drop.score,
  }));
}

async function tell(
  tx: Queryable,
  { run, definitions }: Context,
  object: string,
  drops: Drop[],
  measures: Measure[],
  state: Told['state'],
): Promise<Told> {
  const headline = drops[0]!;
  const measure = measures.find((one) => one.dimension === headline.dimension);
  const history = headline.baseline === null ? [] : (measure?.history ?? []).map(({ runId }) => runId);
  const [now, ...then] = await checksOf(tx, object, [run.id, ...history]);
  const causes = explain(headline.dimension, now!, then).map((cause) => ({
    ...cause,
    title: definitions.rules.find((rule) => rule.id === cause.ruleId)?.title ?? cause.ruleId,
  }));
  const samples = await tx.query<{ record_id: string }>(sql`/* alert.sample */
    select record_id from quality.finding
    where connection_id = ${run.connectionId} and rule_id = ${causes[0]?.ruleId ?? ''} and opened_run_id = ${run.id}
      and closed_at is null order by amount desc nulls last, record_id limit 5`);
  const [connection] = await tx.query<{ instance_url: string | null }>(sql`/* alert.connection */
    select instance_url from control.connection where id = ${run.connectionId}`);
  const sampleIds = samples.map((sample) => sample.record_id);
  return { object, state, runId: run.id, drops, causes, sampleIds, instanceUrl: connection?.instance_url ?? null };
}

async function enqueue(
  tx: Transaction,
  incidentId: string,
  revision: number,
  kind: 'open' | 'update' | 'resolve',
  told: Told,
  now: string,
): Promise<void> {
  await tx.query(sql`/* alert.message */ insert into alert.message (key, incident_id, kind, payload, not_before, created_at)
    values (${`${incidentId}:${revision}`}, ${incidentId}, ${kind}, ${JSON.stringify(incidentMessage(told))},
      ${now}::timestamptz, ${now}::timestamptz)`);
}
