/** The scores of a run, and models it put aside, become incidents, and the messages about them in the outbox. */
import sql from 'sql-template-tag';
import type { Transaction } from '../db/connect.ts';
import type { StageResult } from '../model/run.ts';
import { reportModels } from './alert/held-model.ts';
import { openIncident, reviseIncident } from './alert/incident.ts';
import { type Drop, isAnotherFall, isRecovered, judge, type Severity } from './alert/judge.ts';
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
 * An object belongs to at most one open incident; what changes about it edits that incident's message, and another fall of
 * it is posted anew. Incidents and messages are written in one transaction. `changedCount` counts the incidents opened, edited and resolved.
 */
export async function alert(context: Context): Promise<StageResult> {
  const { db, run, definitions } = context;
  const all = await measuresOf(
    db,
    run.id,
    Math.max(definitions.alerts.baselineRunCount, definitions.alerts.bestRunCount),
  );
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
  return measures.flatMap(({ object, dimension, score, rulesHash, history }) => {
    const verdict = judge(score, history, definitions.alerts);
    return verdict ? [{ object, dimension, rulesHash, ...verdict }] : [];
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
  const fellAnew = drops.some((drop) => isNew(incident, drop, measures, context));
  if (isSame(incident.drops, drops) && !fellAnew) return false;
  const past = { causes: incident.causes, openedRunId: incident.opened_run_id };
  if (drops.length === 0) {
    const view = await describe(tx, context, lastSeen(incident.drops, measures), measures, 'resolved', past);
    await reviseIncident(tx, context, incident, { kind: 'resolve', message: incidentMessage(view) });
    return true;
  }
  const view = await describe(tx, context, drops, measures, fellAnew ? 'again' : 'open', past);
  const [message, severity] = [incidentMessage(view), worst(drops)];
  const kind = fellAnew ? 'again' : 'update';
  await reviseIncident(tx, context, incident, { kind, severity, drops, causes: view.causes, message });
  return true;
}

/**
 * What is down of an object. While a measure is down its baseline stays that of the day it fell: else a lasting fall
 * becomes its own baseline. An object this run did not score keeps what was last said of it. What was measured by other
 * rules is no fall by those of now.
 */
function still(incident: Incident, object: string, measures: readonly Measure[] | undefined, context: Context): Drop[] {
  const before = incident.drops.filter((drop) => drop.object === object);
  if (!measures) return before;
  const { alerts } = context.definitions;
  return measures.flatMap((measure) => {
    const known = before.find((drop) => drop.dimension === measure.dimension && drop.rulesHash === measure.rulesHash);
    const now = falls([measure], context);
    if (!known) return now;
    // What lay below the floor from the first has a baseline only once it falls further.
    if (known.baseline === null && now.length > 0 && isAnotherFall(measure, alerts)) return now;
    if (!isRecovered(known, measure.score, alerts)) return [{ ...known, score: measure.score }];
    return now.filter(({ reason }) => reason === 'floor');
  });
}

/** Whether the drop is news: the first of its object, which had come back, or deeper at one blow. */
function isNew(incident: Incident, drop: Drop, measures: Measures, { definitions }: Context): boolean {
  const measure = measures.get(drop.object)?.find(({ dimension }) => dimension === drop.dimension);
  if (!measure) return false;
  return !incident.drops.some(({ object }) => object === drop.object) || isAnotherFall(measure, definitions.alerts);
}

/** A point is what a reader sees; less is not worth an edit. */
function isSame(before: Drop[], after: Drop[]): boolean {
  const shown = (drops: Drop[]) =>
    drops.map((drop) => `${drop.object} ${drop.dimension} ${Math.round(drop.score * 100)}`).join();
  return shown(before) === shown(after);
}

function lastSeen(drops: Drop[], measures: Measures): Drop[] {
  return drops.map((drop) => {
    const now = measures.get(drop.object)?.find(({ dimension }) => dimension === drop.dimension);
    const reason = now && now.rulesHash !== drop.rulesHash ? 'rules' : 'drop';
    return { ...drop, reason, score: now?.score ?? drop.score };
  });
}

const objectsOf = (drops: Drop[]): string[] => [...new Set(drops.map(({ object }) => object))];
const worst = (drops: Drop[]): Severity => (drops.some((drop) => drop.severity === 'critical') ? 'critical' : 'warn');
