/** Scores that fell: at one blow, slowly, below the floor, and again while their incident is open. */
import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../../../db/connect.ts';
import type { Incident, IncidentChange } from '../../../incidents/life.ts';
import type { AlertSettings, Definitions, Severity } from '../../../model/definitions.ts';
import type { Context } from '../../context.ts';
import { type Described, describe, type IncidentCause } from '../describe.ts';
import {
  belowFloor,
  type Drop,
  hasDriftedAnew,
  isAnotherFall,
  isRecovered,
  judge,
  type Scored,
  type SinceNews,
} from '../judge.ts';
import {
  checksOf,
  erasOf,
  keysOf,
  measures,
  type Night,
  type Nights,
  nightsOf,
  only,
  ruleKeyOf,
  scoreOf,
  seriesOf,
  without,
} from '../measure.ts';
import { defineIncidentKind } from '../kind.ts';
import { fallNotice } from '../wording.ts';

type Detail = {
  drops: Drop[];
  causes: IncidentCause[];
  owners: string[];
  /** Salesforce ids of some records of the first cause, and where to open them. */
  sampleIds?: string[];
  instanceUrl?: string | null;
  /** By object, the run whose fall was announced last; without one, the run that opened the incident. */
  newsRunIds?: Record<string, string>;
  /** By object, the run in which it was back while the incident went on by others. */
  backRunIds?: Record<string, string>;
};
type Change = IncidentChange<Detail>;
type Known = ReadonlyMap<string, Nights>;

/**
 * What falls in one run is one incident, whatever the number of objects: a night has one cause more often than ten.
 * An object belongs to at most one open incident; what changes about it edits that incident's message, and another fall of
 * it is posted anew.
 */
export default defineIncidentKind<Detail>({
  when: 'run',
  async look(tx, open, context) {
    const { run, definitions } = context;
    const { alerts } = definitions;
    const all = await nightsOf(tx, run.id, Math.max(alerts.baselineRunCount, alerts.bestRunCount));
    const nights = new Map(
      all.filter(({ now }) => now.recordCount >= alerts.minimumRecordCount).map((one) => [one.object, one]),
    );
    const changes: Change[] = [];
    for (const incident of open) {
      const change = await follow(tx, context, incident, nights);
      if (change) changes.push(change);
    }
    const taken = new Set(open.flatMap(({ objects }) => objects));
    const past = await pastIncidents(tx, context);
    const drops = [...nights.values()]
      .filter(({ object }) => !taken.has(object))
      .flatMap((own) => {
        const fell = falls(withoutIncidents(own, past), alerts);
        const alone = ruleFalls(own, definitions, (ruleId) => withoutIncidents(own, past, ruleId).past);
        return [...fell, ...alone.filter((drop) => !isWithin(drop, fell))];
      });
    if (drops.length > 0) {
      const described = await describe(tx, context, drops, nights);
      changes.push(changeOf('open', null, context, drops, described));
    }
    return changes;
  },
});

function falls({ object, now, past }: Nights, settings: AlertSettings): Drop[] {
  const eras = erasOf(now, past);
  return measures.flatMap((dimension) => {
    for (const era of eras) {
      const score = scoreOf(only(now.checks, era.keys), dimension);
      const verdict = score === null ? null : judge(score, seriesOf(era, dimension), settings, dimension);
      if (verdict) return [{ object, dimension, ruleKeys: era.keys, ...verdict }];
    }
    return [];
  });
}

/** Rules that fell, the one of most records first: among thirty others a rule is too small a part of its dimension to be seen in it. */
function ruleFalls(
  { object, now, past }: Nights,
  { alerts, rules }: Definitions,
  pastOf: (ruleId: string) => Night[] = () => past,
): Drop[] {
  if (alerts.minimumRuleDrop === null) return [];
  return now.checks
    .flatMap((check) => {
      const { ruleId, dimension } = check;
      const era = { keys: [ruleKeyOf(check)], past: pastOf(ruleId) };
      const score = scoreOf([check], dimension);
      const verdict = score === null ? null : judge(score, seriesOf(era, dimension), alerts, 'rule');
      if (!verdict) return [];
      const then = era.past.filter(({ runId }) => verdict.baselineRunIds.includes(runId));
      const counts = then.map(({ checks }) => only(checks, era.keys)[0]?.violatedCount ?? 0);
      const addedCount = check.violatedCount - counts.reduce((sum, one) => sum + one, 0) / counts.length;
      if (addedCount < alerts.minimumRuleCount) return [];
      const rule = rules.find(({ id }) => id === ruleId);
      const severity: Severity = rule?.severity === 'critical' ? verdict.severity : 'warn';
      const named = { id: ruleId, title: rule?.title ?? ruleId };
      return [{ addedCount, drop: { object, dimension, ruleKeys: era.keys, rule: named, ...verdict, severity } }];
    })
    .sort((one, other) => other.addedCount - one.addedCount)
    .map(({ drop }) => drop);
}

/** Whether the fall of a rule is a cause of one of these. */
const isWithin = (drop: Drop, fell: readonly Drop[]): boolean =>
  fell.some(({ rule, dimension }) => !rule && (dimension === null || dimension === drop.dimension));

const isOf = (drop: Drop) => (other: Drop) => other.dimension === drop.dimension && other.rule?.id === drop.rule?.id;

function changeOf(
  what: Change['what'],
  incident: Incident<Detail> | null,
  { run }: Context,
  drops: Drop[],
  described: Described,
  news: readonly Drop[] = [],
): Change {
  const objects = [...new Set(drops.map(({ object }) => object))];
  const state = what === 'resolve' ? 'resolved' : what === 'again' ? 'again' : 'open';
  const about = { what, incident, connectionId: run.connectionId, runId: run.id };
  const notice = fallNotice({ ...described, state, runId: run.id, drops, news });
  // A resolved one keeps what it was about.
  if (incident && what === 'resolve') return { ...about, subject: incident.subject, notice };
  const kept = incident?.objects ?? objects;
  const { causes, owners, sampleIds, instanceUrl } = described;
  const here = (of: readonly string[]) => Object.fromEntries(of.map((object) => [object, run.id]));
  const newsRunIds = { ...incident?.detail.newsRunIds, ...here(news.map(({ object }) => object)) };
  const wereDown = new Set(incident?.detail.drops.map(({ object }) => object));
  const back = kept.filter((object) => wereDown.has(object) && !objects.includes(object));
  const backRunIds = { ...incident?.detail.backRunIds, ...here(back) };
  return {
    ...about,
    subject: kept.join(', '),
    objects: kept,
    severity: worst(drops),
    detail: { drops, causes, owners, sampleIds, instanceUrl, newsRunIds, backRunIds },
    notice,
  };
}

/** Null when there is nothing to say. */
async function follow(
  tx: Transaction,
  context: Context,
  incident: Incident<Detail>,
  nights: Known,
): Promise<Change | null> {
  // The stage was run again for the same run: all is said.
  if (incident.updatedRunId === context.run.id) return null;
  const before = incident.detail.drops;
  const drops: Drop[] = [];
  for (const object of incident.objects)
    drops.push(...(await still(tx, incident, object, nights.get(object), context)));
  const news = drops.filter((drop) => isNew(incident, drop, nights, context));
  const fellAnew = news.length > 0;
  if (drops.length === 0) {
    const described = await describe(tx, context, [], nights);
    return changeOf(
      'resolve',
      incident,
      context,
      before.map((drop) => lastSeen(drop, nights)),
      described,
    );
  }
  if (isSame(before, drops) && !fellAnew) return null;
  const described = await describe(tx, context, drops, nights, incident.detail.causes);
  return changeOf(fellAnew ? 'again' : 'update', incident, context, drops, described, news);
}

/**
 * What is down of an object. While a measure is down its baseline stays that of the day it fell: else a lasting fall
 * becomes its own baseline. An object this run did not score keeps what was last said of it. Rules that came since do
 * not count, and what went is taken out of both sides.
 */
async function still(
  tx: Queryable,
  incident: Incident<Detail>,
  object: string,
  measured: Nights | undefined,
  { definitions }: Context,
): Promise<Drop[]> {
  const { alerts } = definitions;
  const before = incident.detail.drops.filter((drop) => drop.object === object);
  if (!measured) return before;
  const judged = before.length === 0 ? sinceBack(measured, incident) : measured;
  // What a rule lost is said: an object or dimension falls by the others.
  const announced = before.flatMap(({ rule, ruleKeys }) => (rule ? ruleKeys : []));
  const now = falls(
    { ...judged, now: without(judged.now, announced), past: judged.past.map((night) => without(night, announced)) },
    alerts,
  );
  // What fell with an object or dimension that is down is a cause of it, also in the nights after.
  const isTonight = (drop: Drop) => isAnotherFall({ ...drop, history: allNights(measured, drop) }, alerts, false);
  const isFresh = (drop: Drop) => !before.some(isOf(drop));
  const fell = [...before.filter(({ dimension }) => dimension !== null), ...now.filter(isFresh)];
  const alone = ruleFalls(judged, definitions).filter(
    (drop) => before.some(isOf(drop)) || (!isWithin(drop, fell) && (before.length === 0 || isTonight(drop))),
  );
  const drops: Drop[] = [];
  const all = [...before, ...[...now, ...alone].filter(isFresh)];
  for (const one of all.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const known = before.find(isOf(one));
    const fresh = [...now, ...alone].find(isOf(one));
    const rebased = known && (await byTheSameRules(tx, known, measured, alerts));
    if (!rebased) {
      if (fresh) drops.push(fresh);
    } else if (
      rebased.baseline === null &&
      fresh &&
      isAnotherFall({ ...fresh, history: allNights(measured, fresh) }, alerts)
    ) {
      // What lay below the floor from the first has a baseline only once it falls further.
      drops.push(fresh);
    } else if (!isRecovered(rebased, rebased.score, alerts)) {
      drops.push(rebased);
    } else if (rebased.score < alerts.floor && !rebased.rule) {
      drops.push({ ...rebased, ...belowFloor(rebased.score) });
    }
  }
  return drops;
}

/** The object's own score first, its dimensions after it, rules last. */
const placeOf = ({ rule, dimension }: Drop): number => (rule ? measures.length : measures.indexOf(dimension));

/** Of an object that was back while the incident went on: the nights it was down in are no level to fall from. */
function sinceBack(nights: Nights, { detail, openedRunId }: Incident<Detail>): Nights {
  const back = nights.past.findIndex(({ runId }) => runId === detail.backRunIds?.[nights.object]);
  if (back < 0) return nights;
  const opened = nights.past.findIndex(({ runId }) => runId === openedRunId);
  return { ...nights, past: nights.past.filter((_, at) => at <= back || (opened >= 0 && at > opened)) };
}

/** The drop as it is by now, by those of its rules that are still there; null when none is left or nothing was measured. */
async function byTheSameRules(
  tx: Queryable,
  before: Drop,
  { now, past }: Nights,
  settings: AlertSettings,
): Promise<Drop | null> {
  const has = keysOf(now.checks);
  const ruleKeys = before.ruleKeys.filter((key) => has.includes(key));
  const score = scoreOf(only(now.checks, ruleKeys), before.dimension);
  if (score === null) return null;
  const since = past.findIndex(({ runId }) => runId === before.baselineRunIds[0]);
  const drop = { ...before, nightCount: since < 0 ? null : since + 1 };
  const graded = (baseline: number | null): Drop => {
    const isDeep = !before.rule && baseline !== null && baseline - score >= settings.criticalDrop;
    return { ...drop, ruleKeys, score, baseline, severity: isDeep ? 'critical' : drop.severity };
  };
  if (ruleKeys.length === drop.ruleKeys.length || drop.baseline === null) return graded(drop.baseline);
  const then = await checksOf(tx, drop.object, drop.baselineRunIds);
  const scores = then.map((checks) => scoreOf(only(checks, ruleKeys), drop.dimension));
  if (scores.length === 0 || scores.includes(null)) return null;
  return graded(scores.reduce<number>((sum, one) => sum + one!, 0) / scores.length);
}

const allNights = ({ past }: Nights, { ruleKeys, dimension }: Drop) => {
  const comparable = past.findIndex(({ checks }) => !ruleKeys.every((key) => keysOf(checks).includes(key)));
  return seriesOf({ keys: ruleKeys, past: comparable < 0 ? past : past.slice(0, comparable) }, dimension);
};

/** Whether the drop is news: the first of its object, which had come back, deeper at one blow, or another slow fall. */
function isNew(incident: Incident<Detail>, drop: Drop, nights: Known, { definitions: { alerts } }: Context): boolean {
  const measured = nights.get(drop.object);
  if (!measured) return false;
  const before = incident.detail.drops.filter(({ object }) => object === drop.object);
  if (before.length === 0) return true;
  const wasDown = before.some(isOf(drop));
  // Whatever came to be down beside rules alone, and a rule that is not within what is down, fell tonight.
  if (!wasDown && (drop.rule || before.every(({ rule }) => rule))) return true;
  const history = allNights(measured, drop);
  if (isAnotherFall({ ...drop, history }, alerts)) return true;
  return hasDriftedAnew(drop, wasDown, sinceNews(history, incident, drop.object), alerts);
}

function sinceNews(history: readonly Scored[], { detail, openedRunId }: Incident<Detail>, object: string): SinceNews {
  const newsRunId = detail.newsRunIds?.[object] ?? openedRunId;
  const at = history.findIndex(({ runId }) => runId === newsRunId);
  return at < 0 ? { after: history, news: null } : { after: history.slice(0, at), news: history[at]! };
}

/** A point is what a reader sees; less is not worth an edit. Other rules are. */
function isSame(before: Drop[], after: Drop[]): boolean {
  const shown = (drops: Drop[]) =>
    drops
      .map(
        ({ object, dimension, rule, score, ruleKeys }) =>
          `${object} ${rule?.id ?? dimension} ${Math.round(score * 100)} ${ruleKeys.join()}`,
      )
      .join();
  return shown(before) === shown(after);
}

function lastSeen(drop: Drop, nights: Known): Drop & { isGone: boolean } {
  const now = nights.get(drop.object)?.now;
  const has = now ? keysOf(now.checks) : drop.ruleKeys;
  const ruleKeys = drop.ruleKeys.filter((key) => has.includes(key));
  const score = now ? scoreOf(only(now.checks, ruleKeys), drop.dimension) : drop.score;
  if (score !== null) return { ...drop, score, isGone: false };
  return { ...drop, score: scoreOf(now!.checks, drop.dimension) ?? drop.score, isGone: true };
}

const worst = (drops: readonly Drop[]): Severity =>
  drops.some((drop) => drop.severity === 'critical') ? 'critical' : 'warn';

/** An incident that is over, from the run that opened it to the one that resolved it. `rules`: it was about these alone; null: about more. */
type Past = { objects: string[]; rules: string[] | null; from: Date; until: Date | null; isAccepted: boolean };

function pastIncidents(tx: Queryable, { run }: Context): Promise<Past[]> {
  const measured = (runId: 'opened_run_id' | 'resolved_run_id') =>
    runId === 'opened_run_id'
      ? sql`(select max(measured_at) from quality.score s where s.run_id = i.opened_run_id)`
      : sql`(select max(measured_at) from quality.score s where s.run_id = i.resolved_run_id)`;
  return tx.query<Past>(sql`/* alert.past */ select objects, coalesce(${measured('opened_run_id')}, opened_at) as from,
      (select case when bool_and(d ? 'rule') then array_agg(d #>> '{rule,id}') end
        from jsonb_array_elements(i.detail->'drops') d) as rules,
      coalesce(${measured('resolved_run_id')}, resolved_at) as until, resolved_run_id is null as "isAccepted"
    from alert.incident i where connection_id = ${run.connectionId} and kind = 'score-fall' and state = 'resolved'
    order by resolved_at desc limit 100`);
}

/**
 * Nights of an incident are no level to fall from. Where a person resolved it, its last night is the new level, and what
 * was before is another time. What a rule lost alone is nothing that an object or dimension or another rule is held against.
 */
function withoutIncidents(nights: Nights, past: readonly Past[], ruleId?: string): Nights {
  const own = past.filter(
    ({ objects, rules }) =>
      objects.includes(nights.object) && (rules === null || (ruleId !== undefined && rules.includes(ruleId))),
  );
  const accepted = own.filter(({ isAccepted }) => isAccepted).map(({ until }) => until!.getTime());
  const line = Math.max(...accepted, -Infinity);
  const isBad = (at: Date) =>
    own.some(({ from, until, isAccepted }) => !isAccepted && at >= from && until !== null && at < until);
  const lastBefore = nights.past.find(({ at }) => at.getTime() <= line);
  const kept = nights.past.filter((night) => (night.at.getTime() > line ? !isBad(night.at) : night === lastBefore));
  return { ...nights, past: kept };
}
