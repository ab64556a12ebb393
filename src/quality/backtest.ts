/** A rule as it would be, asked of the mirror as it is, beside the rule in force: findings and scores before and after. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db, Queryable } from '../db/connect.ts';
import { type Definitions, objectNamed } from '../model/definitions.ts';
import type { Dimension, RuleDefinition } from '../model/rule.ts';
import { inForce } from './in-force.ts';
import { verdictsSql } from './row.ts';
import { ownerObject, standardExists, zoneOf } from './subject.ts';
import { waiversOf } from './waived.ts';
import { weigh } from './weigh.ts';

type Counts = { applicableCount: number; violatedCount: number; waivedCount: number };
/** Scores 0..1; null: nothing is measured. */
type Change<T> = { before: T; after: T };
export type BacktestResult = {
  object: string;
  dimension: Dimension;
  /** Live records there are. */
  recordCount: number;
  rule: Change<Counts>;
  openedCount: number;
  closedCount: number;
  objectScore: Change<number | null>;
  dimensionScore: Change<number | null>;
  /** The owners with most changes, at most 50; null: of nobody. */
  owners: { ownerId: string | null; openedCount: number; closedCount: number }[];
  /** Salesforce ids, at most ten each, those of most money first. */
  opened: string[];
  closed: string[];
};

const ownerLimit = 50;
const exampleLimit = 10;

/**
 * Nothing is written. One look at all records of the object, so that before and after are of the same moment.
 * @param after null: the rule is off
 */
export async function backtest(
  db: Db,
  definitions: Definitions,
  {
    connectionId,
    rule,
    after,
    now,
  }: { connectionId: string; rule: RuleDefinition; after: RuleDefinition | null; now: Date },
): Promise<BacktestResult> {
  const object = objectNamed(definitions, rule.object);
  const { rules } = await inForce(db, definitions);
  const own = rules.filter((one) => one.object === object.name);
  const before = own.find(({ id }) => id === rule.id) ?? null;
  const others = own.filter(({ id }) => id !== rule.id);
  // The two last places of a verdict: the rule in force, and as it would be.
  const asked = [...others, ...(before ? [before] : []), ...(after ? [after] : [])];
  const place = { before: before ? others.length : null, after: after ? asked.length - 1 : null };
  const found = (await standardExists(db, object))
    ? await db.transaction(async (tx) => {
        const users = await ownerObject(tx, definitions);
        const zone = await zoneOf(tx, connectionId);
        const waivers = await waiversOf(tx, connectionId, object);
        const judging = { connectionId, object, rules: asked, users, now, until: now, zone, waivers };
        return look(tx, verdictsSql(judging, null), place);
      })
    : nothing;
  const countsOf = (at: number | null): Counts => {
    const of = (mark: string) =>
      Object.entries(found.counts).reduce(
        (sum, [verdict, n]) => sum + (at !== null && verdict[at] === mark ? n : 0),
        0,
      );
    return { applicableCount: of('k') + of('v'), violatedCount: of('v'), waivedCount: of('w') };
  };
  const scoresBy = (one: RuleDefinition | null, at: number | null) => {
    const checks = [...others.map((other, i) => ({ ...other, at: i })), ...(one ? [{ ...one, at }] : [])];
    const scores = weigh(checks.map((check) => ({ ...check, ...countsOf(check.at) })));
    const scoreOf = (dimension: Dimension | null) => scores.find((score) => score.dimension === dimension)!.score;
    return { object: scoreOf(null), dimension: scoreOf(rule.dimension) };
  };
  const scores = { before: scoresBy(before, place.before), after: scoresBy(after, place.after) };
  const { opened, closed, owners, openedCount, closedCount } = found;
  return {
    object: object.name,
    dimension: rule.dimension,
    recordCount: Object.values(found.counts).reduce((sum, n) => sum + n, 0),
    rule: { before: countsOf(place.before), after: countsOf(place.after) },
    openedCount,
    closedCount,
    objectScore: { before: scores.before.object, after: scores.after.object },
    dimensionScore: { before: scores.before.dimension, after: scores.after.dimension },
    owners,
    opened,
    closed,
  };
}

type Found = Pick<BacktestResult, 'openedCount' | 'closedCount' | 'owners' | 'opened' | 'closed'> & {
  counts: Record<string, number>;
};
const nothing: Found = { counts: {}, openedCount: 0, closedCount: 0, owners: [], opened: [], closed: [] };

async function look(tx: Queryable, verdicts: Sql, place: Change<number | null>): Promise<Found> {
  const mark = (at: number | null) => (at === null ? sql`'-'` : sql`substr(verdict, ${at + 1}::int, 1)`);
  const examples = (
    kind: string,
  ) => sql`(select coalesce(array_agg(record_id order by amount desc nulls last, record_id), '{}')
    from (select record_id, amount from moved where kind = ${kind}
      order by amount desc nulls last, record_id limit ${raw(String(exampleLimit))}) e)`;
  const count = (kind: string) => sql`(select count(*)::int from moved where kind = ${kind})`;
  const [row] = await tx.query<Found>(sql`/* backtest.look */ with judged as materialized (${verdicts}),
    moved as materialized (select record_id, owner_id, amount, kind from (select *,
        case when ${mark(place.before)} <> 'v' and ${mark(place.after)} = 'v' then 'opened'
          when ${mark(place.before)} = 'v' and ${mark(place.after)} <> 'v' then 'closed' end as kind from judged) m where kind is not null)
    select (select coalesce(jsonb_object_agg(verdict, n), '{}') from (select verdict, count(*)::int as n from judged group by verdict) c) as counts,
      ${count('opened')} as "openedCount", ${count('closed')} as "closedCount", ${examples('opened')} as opened,
      ${examples('closed')} as closed,
      (select coalesce(jsonb_agg(to_jsonb(o)), '[]') from (select owner_id as "ownerId",
          (count(*) filter (where kind = 'opened'))::int as "openedCount", (count(*) filter (where kind = 'closed'))::int as "closedCount"
        from moved group by owner_id order by count(*) desc, owner_id limit ${raw(String(ownerLimit))}) o) as owners`);
  return row!;
}
