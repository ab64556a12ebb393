/** The scores of a run, and models it put aside, become incidents, and the messages about them in the outbox. */
import sql from 'sql-template-tag';
import type { Transaction } from '../db/connect.ts';
import type { StageResult } from '../model/run.ts';
import { reportModels } from './alert/held-model.ts';
import { openIncident, reviseIncident } from './alert/incident.ts';
import { type Drop, isRecovered, judge, type Severity } from './alert/judge.ts';
import { type Measure, measuresOf } from './alert/measure.ts';
import { incidentMessage, type IncidentCause } from './alert/message.ts';
import { describe } from './alert/describe.ts';
import type { Context } from './context.ts';

type Incident = {
  id: string;
  revision: number;
  objects: string[];
  drops: Drop[];
  causes: IncidentCause[];
  opened_run_id: string;
  updated_run_id: string;
};
type Measures = Map<string, Measure[]>;

/**
 * What falls in one run is one incident, whatever the number of objects: a night has one cause more often than ten.
 * An object belongs to at most one open incident; what changes about it edits that incident's one message. Incidents
 * and messages are written in one transaction. `changedCount` counts the incidents opened, edited and resolved.
 */
export async function alert(context: Context): Promise<StageResult> {
  const { db, run, definitions } = context;
  const all = await measuresOf(db, run.id, definitions.alerts.baselineRunCount);
  const measures = Map.groupBy(
    all.filter(({ recordCount }) => recordCount >= definitions.alerts.minimumRecordCount),
    ({ object }) => object,
  );
  const changedCount = await context.write(async (tx) => {
    const open = await tx.query<Incident>(sql`/* alert.open */
      select id, revision, objects, drops, causes, opened_run_id, updated_run_id from alert.incident
      where connection_id = ${run.connectionId} and state <> 'resolved' and model_change_id is null
        and failed_run_id is null order by opened_at, id for update`);
    let changed = await reportModels(tx, context);
    for (const incident of open) changed += Number(await follow(tx, context, incident, measures));
    const taken = new Set(open.flatMap(({ objects }) => objects));
    const fallen = [...measures].filter(([object]) => !taken.has(object)).flatMap(([, own]) => falls(own, context));
    if (fallen.length > 0) await begin(tx, context, fallen, measures);
    return changed + Number(fallen.length > 0);
  });
  return { readCount: all.length, changedCount };
}

function falls(measures: readonly Measure[], { definitions }: Context): Drop[] {
  return measures.flatMap(({ object, dimension, score, history }) => {
    const verdict = judge(
      score,
      history.map((past) => past.score),
      definitions.alerts,
    );
    return verdict ? [{ object, dimension, ...verdict }] : [];
  });
}

async function begin(tx: Transaction, context: Context, drops: Drop[], measures: Measures): Promise<void> {
  const view = await describe(tx, context, drops, measures, 'open');
  const { causes } = view;
  const message = incidentMessage(view);
  await openIncident(tx, context, { objects: objectsOf(drops), severity: worst(drops), drops, causes, message });
}

/** Edits or resolves an open incident. Returns whether anything was written. */
async function follow(tx: Transaction, context: Context, incident: Incident, measures: Measures): Promise<boolean> {
  // The stage was run again for the same run: all is said.
  if (incident.updated_run_id === context.run.id) return false;
  const drops = incident.objects.flatMap((object) => still(incident, object, measures.get(object), context));
  if (isSame(incident.drops, drops)) return false;
  const past = { causes: incident.causes, openedRunId: incident.opened_run_id };
  if (drops.length === 0) {
    const view = await describe(tx, context, lastSeen(incident.drops, measures), measures, 'resolved', past);
    await reviseIncident(tx, context, incident, { kind: 'resolve', message: incidentMessage(view) });
    return true;
  }
  const view = await describe(tx, context, drops, measures, 'open', past);
  const [message, severity] = [incidentMessage(view), worst(drops)];
  await reviseIncident(tx, context, incident, { kind: 'update', severity, drops, causes: view.causes, message });
  return true;
}

/**
 * What is down of an object. While a measure is down its baseline stays that of the day it fell: else a lasting fall
 * becomes its own baseline. An object this run did not score keeps what was last said of it.
 */
function still(incident: Incident, object: string, measures: readonly Measure[] | undefined, context: Context): Drop[] {
  const before = incident.drops.filter((drop) => drop.object === object);
  if (!measures) return before;
  return measures.flatMap((measure) => {
    const known = before.find((drop) => drop.dimension === measure.dimension);
    if (!known) return falls([measure], context);
    return isRecovered(known, measure.score, context.definitions.alerts) ? [] : [{ ...known, score: measure.score }];
  });
}

/** A point is what a reader sees; less is not worth an edit. */
function isSame(before: Drop[], after: Drop[]): boolean {
  const shown = (drops: Drop[]) =>
    drops.map((drop) => `${drop.object} ${drop.dimension} ${Math.round(drop.score * 100)}`).join();
  return shown(before) === shown(after);
}

function lastSeen(drops: Drop[], measures: Measures): Drop[] {
  return drops.map((drop) => ({
    ...drop,
    reason: 'drop' as const,
    score: measures.get(drop.object)?.find(({ dimension }) => dimension === drop.dimension)?.score ?? drop.score,
  }));
}

const objectsOf = (drops: Drop[]): string[] => [...new Set(drops.map(({ object }) => object))];
const worst = (drops: Drop[]): Severity => (drops.some((drop) => drop.severity === 'critical') ? 'critical' : 'warn');
