/** The verdicts kept of each record become scores by owner, team, source, country, creator, age and field. */
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import { type Definitions, objectNamed } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import { type ObjectDefinition, type SegmentName, segmentName } from '../model/object.ts';
import type { Dimension } from '../model/rule.ts';
import { weigh } from '../quality/weigh.ts';
import { namesOf } from './names.ts';

export const segmentKind = [
  'owner',
  'team',
  ...segmentName.options,
  'country',
  'creator',
  'integration',
  'age',
  'field',
  'rule',
] as const;
export type SegmentKind = (typeof segmentKind)[number];
export type Segment = {
  /** Null: the records have none. */
  value: string | null;
  name: string | null;
  recordCount: number;
  applicableCount: number;
  violatedCount: number;
  /** 0..1; null: nothing was measured. */
  score: number | null;
};
export type SegmentAsk = { connectionId: string; object: string; by: SegmentKind; withNames: boolean; now: Date };

/** Of a rule as the last run asked it, at its place in every verdict. */
type Check = { ruleId: string; dimension: Dimension; weight: number; field: string | null };
type Group = { value: string | null; verdict: string; n: number };

/**
 * The most records first, at most 500. Of the last run that scored the object, so they add up to its score.
 * @throws DomainError `request-refused` where the object has no such segment
 */
export async function scoreSegments(db: Queryable, definitions: Definitions, ask: SegmentAsk): Promise<Segment[]> {
  const { connectionId, by } = ask;
  const object = objectNamed(definitions, ask.object);
  const checks = await checksOf(db, connectionId, object);
  if (checks.length === 0) return [];
  if (by === 'field' || by === 'rule') {
    const all = await groupsOf(db, object, connectionId, { value: sql`null::text`, from: empty });
    const keyOf = (check: Check) => (by === 'rule' ? check.ruleId : check.field);
    return [...new Set(checks.map(keyOf))]
      .map((value) => segmentOf(value, all, checks, (check) => keyOf(check) === value))
      .sort(byCount);
  }
  const groups = await groupsOf(db, object, connectionId, await segmentSql(db, definitions, object, ask));
  const segments = [...Map.groupBy(groups, ({ value }) => value)]
    .map(([value, own]) => segmentOf(value, own, checks, () => true))
    .sort(byCount)
    .slice(0, 500);
  const people =
    by === 'owner' || by === 'creator'
      ? 'User'
      : by === 'team'
        ? 'UserRole'
        : by === 'record-type'
          ? 'RecordType'
          : null;
  if (people === null || (people === 'User' && !ask.withNames)) return segments;
  const asked = segments.flatMap(({ value }) => (value === null ? [] : [{ object: people, id: value }]));
  const names = await namesOf(db, definitions, connectionId, asked);
  return segments.map((one) => ({ ...one, name: one.value === null ? null : (names.get(one.value) ?? null) }));
}

const byCount = (a: Segment, b: Segment) =>
  b.recordCount - a.recordCount || ((a.value ?? '') < (b.value ?? '') ? -1 : 1);

/** The score of a single record by its verdict; null: it was never judged. */
export async function recordScore(
  db: Queryable,
  definitions: Definitions,
  { connectionId, object: name, recordId }: { connectionId: string; object: string; recordId: string },
): Promise<Segment | null> {
  const object = objectNamed(definitions, name);
  const [row] = await db.query<{ verdict: string }>(sql`/* scores.record */ select verdict from quality.judged
    where connection_id = ${connectionId} and object = ${name} and record_id = ${recordId}`);
  if (!row) return null;
  const checks = await checksOf(db, connectionId, object);
  return segmentOf(recordId, [{ value: recordId, verdict: row.verdict, n: 1 }], checks, () => true);
}

/** The scores of many records, 0..1, by id; null where no rule applies; none of one that was never judged. */
export async function recordScores(
  db: Queryable,
  definitions: Definitions,
  { connectionId, object: name, recordIds }: { connectionId: string; object: string; recordIds: readonly string[] },
): Promise<Map<string, number | null>> {
  const object = objectNamed(definitions, name);
  const rows = await db.query<{ record_id: string; verdict: string }>(sql`/* scores.records */ select record_id, verdict
    from quality.judged where connection_id = ${connectionId} and object = ${name} and record_id = any (${recordIds}::text[])`);
  const checks = await checksOf(db, connectionId, object);
  return new Map(
    rows.map(({ record_id: id, verdict }) => [
      id,
      segmentOf(id, [{ value: id, verdict, n: 1 }], checks, () => true).score,
    ]),
  );
}

async function checksOf(db: Queryable, connectionId: string, { name }: ObjectDefinition): Promise<Check[]> {
  return db.query<Check>(sql`/* scores.checks */ select c.rule_id as "ruleId", c.dimension, c.weight, (
      select v.definition ->> 'field' from quality.rule_version v where v.rule_id = c.rule_id and v.version = c.rule_version
      order by v.revision desc limit 1) as field
    from quality.judgement j join quality.check_result c on c.run_id = j.run_id and c.object = j.object
    where j.connection_id = ${connectionId} and j.object = ${name} order by c.rule_id collate "C"`);
}

type SegmentSql = { value: Sql; from: Sql };

function groupsOf(
  db: Queryable,
  { name, table }: ObjectDefinition,
  connectionId: string,
  { value, from }: SegmentSql,
): Promise<Group[]> {
  return db.query<Group>(sql`/* scores.groups */ select ${value} as value, j.verdict, count(*)::int as n
    from quality.judged j join ${identifier('standard', table)} s on s.connection_id = j.connection_id and s.id = j.record_id ${from}
    where j.connection_id = ${connectionId} and j.object = ${name} group by 1, 2`);
}

async function segmentSql(
  db: Queryable,
  definitions: Definitions,
  object: ObjectDefinition,
  { by, now }: SegmentAsk,
): Promise<SegmentSql> {
  const none = () =>
    new DomainError('request-refused', `${object.name} has no ${by}.`, {
      faults: [{ pointer: '/query/by', message: `is no segment of ${object.name}` }],
    });
  const from = empty;
  if (by === 'creator') return { value: sql`s.created_by_id`, from };
  if (by === 'integration') {
    const ids = definitions.integrationUserIds.map((id) => id.slice(0, 15));
    return {
      value: sql`case when left(s.created_by_id, 15) = any (${ids}::text[]) then 'integration' else 'person' end`,
      from,
    };
  }
  if (by === 'age') {
    const since = new Date(now.getTime() - 30 * 86_400_000).toISOString();
    return { value: sql`case when s.created_at >= ${since}::timestamptz then 'new' else 'old' end`, from };
  }
  if (by === 'owner' || by === 'team') {
    if (object.owner === null) throw none();
    const owner = identifier('s', object.owner);
    if (by === 'owner') return { value: owner, from };
    const users = definitions.objects.find(({ name }) => name === 'User');
    if (!users || !(await tableExists(db, 'standard', users.table))) throw none();
    const joined = sql`left join ${identifier('standard', users.table)} u on u.connection_id = s.connection_id and u.id = ${owner}`;
    return { value: sql`u.user_role_id`, from: joined };
  }
  const column = by === 'country' ? object.country : object.segments[by as SegmentName];
  if (column === undefined || column === null) throw none();
  return { value: identifier('s', column), from };
}

function segmentOf(value: string | null, groups: Group[], checks: Check[], isOwn: (check: Check) => boolean): Segment {
  const counted = checks.flatMap((check, at) => {
    if (!isOwn(check)) return [];
    const of = (mark: string) => groups.reduce((sum, { verdict, n }) => sum + (verdict[at] === mark ? n : 0), 0);
    return [{ ...check, applicableCount: of('k') + of('v'), violatedCount: of('v') }];
  });
  const sum = (of: (check: (typeof counted)[number]) => number) =>
    counted.reduce((total, check) => total + of(check), 0);
  return {
    value,
    name: null,
    recordCount: groups.reduce((total, { n }) => total + n, 0),
    applicableCount: sum((check) => check.applicableCount),
    violatedCount: sum((check) => check.violatedCount),
    score: weigh(counted).find(({ dimension }) => dimension === null)!.score,
  };
}
