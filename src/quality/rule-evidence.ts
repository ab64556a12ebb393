/** Every rule held against what came after it in the org's own history: whether it tells anything of the outcome, and what became of its findings. */
import { createHash } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import { type Definitions, objectNamed } from '../model/definitions.ts';
import type { RuleDefinition } from '../model/rule.ts';
import {
  betterThreshold,
  chanceOf,
  type SplitRates,
  compare,
  falseShare,
  type JudgedRule,
  judgeRules,
  none,
  plus,
  type Split,
} from './evidence.ts';
import { knownRules } from './in-force.ts';
import { hasActivities, replay, type Replayed, unknowable } from './replay.ts';
import { zoneOf } from './subject.ts';

/** What records of an object may come to, within so many days. */
const horizonDays = 90;
type Outcome = {
  title: string;
  /** SQL over `r` of the day it came; of an object whose every day is known, that of the rows Salesforce keeps of its past. */
  on?: string;
  history?: string;
};
const outcomes: Readonly<Record<string, Outcome>> = {
  Opportunity: { title: `won within ${horizonDays} days`, history: 'OpportunityHistory' },
  Lead: { title: `converted within ${horizonDays} days`, on: 'r.converted_on' },
  Contact: { title: `bounced within ${horizonDays} days`, on: 'r.email_bounced_at::date' },
};

export type TriedLimit = { value: number; fitted: SplitRates; judged: SplitRates };
export type RuleEvidence = JudgedRule & {
  ruleId: string;
  object: string;
  /** What is counted; null: the object has no outcome that is known. */
  outcome: string | null;
  /** replayed: asked of records as they were on days of the past; found: by the findings Assay opened then. */
  basis: 'replayed' | 'found' | null;
  /** Why there is no verdict. */
  reason: string | null;
  /** Days asked about; what lies before `splitAt` sets the direction, what lies after judges it. */
  from: Date | null;
  splitAt: Date | null;
  until: Date | null;
  /** Other values of its one number. */
  parameter: string | null;
  current: number | null;
  thresholds: TriedLimit[];
  /** One that tells more apart, before the date and after it; null: none. */
  suggested: number | null;
  handled: Handled;
};
/** What became of findings that are older than 30 days. */
export type Handled = { findingCount: number; fixedCount: number; waivedCount: number; openCount: number };

type Evidence = Pick<
  RuleEvidence,
  'ruleId' | 'object' | 'outcome' | 'basis' | 'reason' | 'from' | 'splitAt' | 'until'
> & {
  before: Split;
  after: Split;
  tried: { value: number; before: Split; after: Split }[];
  number: { name: string; value: number } | null;
};

/** As it is kept: by whom it is asked, it was worked out before. */
export type KeptEvidence = { askedAt: Date; rules: RuleEvidence[] };

/** What is kept of an org; null where nothing is, or where other rules are in force by now. */
export async function keptEvidence(
  db: Queryable,
  definitions: Definitions,
  connectionId: string,
): Promise<KeptEvidence | null> {
  type Kept = { askedAt: Date; answer: RuleEvidence[] };
  const [kept] = await db.query<Kept>(sql`/* evidence.kept */ select asked_at as "askedAt", answer
    from quality.rule_evidence where connection_id = ${connectionId} and settings = ${await settingsOf(db, definitions)}`);
  const dateOf = (text: unknown) => (text === null ? null : new Date(text as string));
  if (!kept) return null;
  const rules = kept.answer.map((one) => ({
    ...one,
    from: dateOf(one.from),
    splitAt: dateOf(one.splitAt),
    until: dateOf(one.until),
  }));
  return { askedAt: kept.askedAt, rules };
}

/** Asks the history, which takes some seconds, and keeps the answer. */
export async function askEvidence(db: Db, definitions: Definitions, ask: EvidenceAsk): Promise<KeptEvidence> {
  const settings = await settingsOf(db, definitions);
  const rules = await ruleEvidence(db, definitions, ask);
  await db.query(sql`/* evidence.keep */ insert into quality.rule_evidence (connection_id, settings, asked_at, answer)
    select id, ${settings}, ${ask.now}, ${JSON.stringify(rules)}::jsonb from control.connection
      where id = ${ask.connectionId} and deleted_at is null
    on conflict (connection_id) do update set settings = excluded.settings, asked_at = excluded.asked_at, answer = excluded.answer
      where quality.rule_evidence.asked_at <= excluded.asked_at`);
  return { askedAt: ask.now, rules };
}

/** Changes with the rules in force: those of the files, their settings, and those made by form. */
async function settingsOf(db: Queryable, { rules }: Definitions): Promise<string> {
  const [row] = await db.query<{ state: string }>(sql`/* evidence.settings */ select concat_ws(' ',
    (select concat(count(*), max(set_at)) from review.rule_setting),
    (select concat(count(*), max(removed_at)) from review.own_rule)) as state`);
  const written = rules.map(({ id, version, object, applies, violated, facts, values }) => [
    id,
    version,
    object,
    applies,
    violated,
    facts,
    values,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([row!.state, written]))
    .digest('hex');
}

type EvidenceAsk = { connectionId: string; now: Date };

/** All rules in force, judged together: of many that are asked some look right by chance. */
export async function ruleEvidence(db: Db, definitions: Definitions, ask: EvidenceAsk): Promise<RuleEvidence[]> {
  const rules = (await knownRules(db, definitions)).filter(({ isOn }) => isOn).map(({ rule }) => rule);
  if (!(await isSynced(db, definitions)))
    return judgedAs(
      rules.map((rule) => silent(rule, 'Nothing was synced yet.')),
      new Map(),
    );
  const deals = await replayed(db, definitions, rules, ask);
  const found = await asFound(
    db,
    definitions,
    rules.filter(({ object }) => outcomes[object]?.on !== undefined),
    ask,
  );
  const handled = await handledOf(db, ask);
  const all = rules.map((rule): Evidence => deals.get(rule.id) ?? found.get(rule.id) ?? silent(rule, reasonOf(rule)));
  return judgedAs(all, handled);
}

async function isSynced(db: Queryable, { objects }: Definitions): Promise<boolean> {
  const found = await Promise.all(objects.map(({ table }) => tableExists(db, 'standard', table)));
  return found.includes(true);
}

function judgedAs(all: readonly Evidence[], handled: ReadonlyMap<string, RuleEvidence['handled']>): RuleEvidence[] {
  const judged = judgeRules(all);
  return all.map(({ before: _b, after: _a, tried, number, ...one }, at) => ({
    ...one,
    ...(one.basis === null ? { ...judged[at]!, verdict: 'not-knowable' as const } : judged[at]!),
    parameter: number?.name ?? null,
    current: number?.value ?? null,
    thresholds: tried.map(({ value, before, after }) => ({ value, fitted: compare(before), judged: compare(after) })),
    suggested: number && suggestedOf(number.value, tried),
    handled: handled.get(one.ruleId) ?? { findingCount: 0, fixedCount: 0, waivedCount: 0, openCount: 0 },
  }));
}

/** Only what holds after the date, in the direction from before it. */
function suggestedOf(current: number, tried: Evidence['tried']): number | null {
  const better = betterThreshold(current, tried);
  if (better === null) return null;
  const difference = compare(better.before).difference ?? 0;
  return chanceOf(better.after, difference > 0 ? 1 : -1) <= falseShare ? better.value : null;
}

const reasonOf = ({ object }: RuleDefinition) =>
  object in outcomes ? 'Nothing was found that is old enough.' : `What ${object} records come to is not known.`;

function silent({ id, object }: RuleDefinition, reason: string): Evidence {
  const outcome = outcomes[object]?.title ?? null;
  const nothing = {
    basis: null,
    from: null,
    splitAt: null,
    until: null,
    before: none,
    after: none,
    tried: [],
    number: null,
  };
  return { ruleId: id, object, outcome, reason, ...nothing };
}

const factors = [0.25, 0.5, 0.75, 1, 1.5, 2, 3];

/** A rule by other values of its one number, the one in use among them. */
function variants(rule: RuleDefinition): { value: number; rule: RuleDefinition }[] {
  const numbers = Object.entries(rule.parameters).filter(([, { type }]) => type === 'number');
  const [name, parameter] = numbers[0] ?? [];
  if (numbers.length !== 1 || parameter?.type !== 'number') return [];
  const current = rule.values[name!] as number;
  const values = factors
    .map((factor) => Math.round(current * factor))
    .filter((value) => value >= parameter.min && value <= parameter.max);
  return [...new Set([...values, current])]
    .sort((a, b) => a - b)
    .map((value) => ({ value, rule: { ...rule, values: { ...rule.values, [name!]: value } } }));
}

async function replayed(
  db: Db,
  definitions: Definitions,
  rules: readonly RuleDefinition[],
  { connectionId, now }: { connectionId: string; now: Date },
): Promise<Map<string, Evidence>> {
  const own = rules.filter(({ object }) => outcomes[object]?.history !== undefined);
  const result = new Map<string, Evidence>();
  if (own.length === 0) return result;
  const isActive = await hasActivities(db, connectionId);
  const asked: RuleDefinition[] = [];
  for (const rule of own) {
    const why = unknowable(rule, isActive);
    if (why === null) asked.push(rule);
    else result.set(rule.id, silent(rule, why));
  }
  const tries = asked.map(variants);
  const zone = await zoneOf(db, connectionId);
  const { object: name } = own[0]!;
  const { title, history: past } = outcomes[name]!;
  const [object, history] = [name, past!].map((one) => objectNamed(definitions, one));
  const ask = { connectionId, object: object!, history: history!, now, zone, horizonDays };
  const all = [...asked, ...tries.flatMap((own) => own.map(({ rule }) => rule))];
  const days = all.length === 0 ? [] : await db.transaction((tx) => replay(tx, { ...ask, rules: all }));
  const splitAt = middle(days);
  const span = { from: days[0]?.at ?? null, splitAt, until: days.at(-1)?.at ?? null };
  const splitOf = (place: number, isBefore: boolean) =>
    days
      .filter(({ at }) => splitAt !== null && at < splitAt === isBefore)
      .map(({ counts }) => counts[place]!)
      .reduce(
        (sum, one) =>
          plus(sum, { flagged: one.flagged, flaggedHad: one.flaggedWon, kept: one.kept, keptHad: one.keptWon }),
        none,
      );
  let place = asked.length;
  for (const [at, rule] of asked.entries()) {
    const tried = tries[at]!.map(({ value }) => {
      const own = { value, before: splitOf(place, true), after: splitOf(place, false) };
      place += 1;
      return own;
    });
    const [name] = Object.entries(rule.parameters).find(([, { type }]) => type === 'number') ?? [];
    const number = tried.length > 0 ? { name: name!, value: rule.values[name!] as number } : null;
    const about = {
      ruleId: rule.id,
      object: rule.object,
      outcome: title,
      reason: null,
      ...span,
    };
    result.set(rule.id, {
      ...about,
      basis: 'replayed',
      before: splitOf(at, true),
      after: splitOf(at, false),
      tried,
      number,
    });
  }
  return result;
}

/** The day with half of the deals before it. */
function middle(days: readonly Replayed[]): Date | null {
  const sizes = days.map(({ counts: [first] }) => (first ? first.flagged + first.kept : 0));
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  let sum = 0;
  for (const [at, size] of sizes.entries()) {
    sum += size;
    if (sum * 2 >= whole && at + 1 < days.length) return days[at + 1]!.at;
  }
  return null;
}

/**
 * By findings as they were opened and closed: they tell what was known then, of any rule. Each record stands for one night,
 * by its id. Records the rule was not asked of count as not marked, as nothing is kept of them.
 */
async function asFound(
  db: Queryable,
  definitions: Definitions,
  rules: readonly RuleDefinition[],
  { connectionId, now }: { connectionId: string; now: Date },
): Promise<Map<string, Evidence>> {
  const result = new Map<string, Evidence>();
  const [first] = await db.query<{
    at: Date | null;
  }>(sql`/* evidence.first */ select min(opened_at) as at from quality.finding
    where connection_id = ${connectionId}`);
  const last = new Date(now.getTime() - horizonDays * 86_400_000);
  if (!first?.at || first.at >= last) return result;
  const splitAt = new Date((first.at.getTime() + last.getTime()) / 2);
  for (const [name, own] of Map.groupBy(rules, ({ object }) => object)) {
    const { table } = objectNamed(definitions, name);
    if (!(await tableExists(db, 'standard', table))) continue;
    const { title, on = 'null::date' } = outcomes[name]!;
    type Row = { rule: string; isBefore: boolean; isFlagged: boolean; had: number; count: number };
    const days = sql`(select array_agg(at) from generate_series(${first.at.toISOString()}::timestamptz, ${last.toISOString()}::timestamptz, interval '30 days') at)`;
    const rows = await db.query<Row>(sql`/* evidence.found */ with record as (
        select r.id, ${raw(on)} as outcome_on, d.at
        from ${identifier('standard', table)} r cross join lateral (select at from (
            select day[1 + (('x' || substr(md5(r.id), 1, 7))::bit(28)::int % cardinality(day))] as at from (select ${days} as day) all_days) one) d
        where r.connection_id = ${connectionId} and r.is_deleted is not true and r.created_at <= d.at
          and (${raw(on)} is null or ${raw(on)} > d.at::date))
      select q.rule, r.at < ${splitAt.toISOString()}::timestamptz as "isBefore", f.record_id is not null as "isFlagged",
        (count(*) filter (where r.outcome_on <= r.at::date + ${horizonDays}::int))::int as had, count(*)::int as count
      from record r cross join unnest(${own.map(({ id }) => id)}::text[]) q(rule)
      left join lateral (select f.record_id from quality.finding f where f.connection_id = ${connectionId} and f.record_id = r.id
        and f.rule_id = q.rule and f.opened_at <= r.at and (f.closed_at is null or f.closed_at > r.at) limit 1) f on true
      group by 1, 2, 3`);
    for (const rule of own) {
      const splitOf = (isBefore: boolean) =>
        rows
          .filter((row) => row.rule === rule.id && row.isBefore === isBefore)
          .reduce((sum, { isFlagged, had, count }) => {
            return plus(
              sum,
              isFlagged ? { ...none, flagged: count, flaggedHad: had } : { ...none, kept: count, keptHad: had },
            );
          }, none);
      const about = {
        ruleId: rule.id,
        object: name,
        outcome: title,
        reason: null,
        from: first.at,
        splitAt,
        until: last,
      };
      result.set(rule.id, {
        ...about,
        basis: 'found',
        before: splitOf(true),
        after: splitOf(false),
        tried: [],
        number: null,
      });
    }
  }
  return result;
}

async function handledOf(
  db: Queryable,
  { connectionId, now }: { connectionId: string; now: Date },
): Promise<Map<string, Handled>> {
  const old = new Date(now.getTime() - 30 * 86_400_000).toISOString();
  const rows = await db.query<
    Handled & { rule: string }
  >(sql`/* evidence.handled */ select rule_id as rule, count(*)::int as "findingCount",
      (count(*) filter (where close_reason = 'fixed'))::int as "fixedCount", (count(*) filter (where is_waived))::int as "waivedCount",
      (count(*) filter (where closed_at is null and not is_waived))::int as "openCount"
    from quality.finding where connection_id = ${connectionId} and opened_at <= ${old}::timestamptz group by 1`);
  return new Map(rows.map(({ rule, ...one }) => [rule, one]));
}
