/** What has moved since the last generation was published: records, golden records, findings and merges, each by versions. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { fewOrMany } from '../../db/steps.ts';
import type { Definitions } from '../../model/definitions.ts';
import { putMarks } from '../marks.ts';

/**
 * SQL of how many rows are made again one by one; beyond these a look at everything is cheaper. A share of all there are: of an org of
 * a million contacts one in a hundred is edited in a night, and much follows from each.
 */
export const mostSql = sql`(select greatest(20000, sum(reltuples) / 20)::int from pg_class
  where relnamespace = 'standard'::regnamespace and relkind = 'r' and reltuples > 0)`;

/** Something there is to take in: of records and findings by object and org, of golden records by entity, of merges by org, of inputs at all. */
export type Risen = {
  source: 'standardise' | 'survive' | 'score' | 'pull' | 'review';
  subject: string;
  connection_id: string;
  version: string;
  /** What was taken in of it; -1 for nothing. */
  since: string;
  /** All of it was made anew: what moved is nowhere listed. */
  is_redone: boolean;
};

export type Moved = {
  /** Of any object. */
  records: { object: string; connection_id: string; id: string }[];
  /** Golden records whose values or members moved. */
  regrouped: { entity: string; golden_id: string }[];
  /** Records that stand under another key than was published, and those merged into them. */
  rekeyed: { entity: string; connection_id: string; id: string }[];
  findings: { id: string; object: string; connection_id: string; record_id: string }[];
  /** Tables of these, as marts name them: `standard.case`, `golden.person`, `golden.record_key`, `quality.finding`. */
  tables: Set<string>;
};

/** SQL of whatever has risen since the last generation, as one jsonb value. */
export const risenSql = sql`(select coalesce(jsonb_agg(to_jsonb(r)), '[]') from (
    select made.source, made.subject, made.connection_id, made.version::text, coalesce(seen.version, -1)::text as since,
      made.whole_version > coalesce(seen.version, -1) as is_redone
    from (
      select source, subject, connection_id, version, whole_version from pipeline.mark
      where stage = source and stage in ('standardise', 'survive', 'score')
      union all
      select 'pull', 'merges', connection_id, (select max(a.version) from mirror.alias a where a.connection_id = c.connection_id), -1
      from (select distinct connection_id from pipeline.mark where stage = 'standardise') c
      union all
      select 'review', 'inputs', '*', max(moved), -1 from review.input having count(*) > 0) made
    left join pipeline.mark seen on seen.stage = 'publish' and seen.source = made.source and seen.subject = made.subject
      and seen.connection_id = made.connection_id
    where made.version <> coalesce(seen.version, -1)) r)`;

/** SQL that takes it in. */
export function takeSql(risen: readonly Risen[]): Sql {
  return putMarks(
    'publish',
    risen.map(({ connection_id: connectionId, ...one }) => ({ ...one, connectionId })),
  );
}

/**
 * @param prepared the same transaction, its statements planned once
 * @param most of what moved
 * @returns null when everything is to be made again: too much moved, or all of an entity was redone
 */
export async function movedSince(
  tx: Transaction,
  prepared: Queryable,
  definitions: Definitions,
  risen: readonly Risen[],
  most: number,
): Promise<Moved | null> {
  if (risen.some((one) => one.is_redone)) return null;
  const parts = risen.flatMap((one) => movedPart(definitions, one) ?? []);
  const { rows: all, is_more: isMore } =
    parts.length === 0
      ? { rows: [], is_more: false }
      : await fewOrMany(tx, prepared, most, (db, limit) => readMoved(db, parts, limit));
  if (isMore) return null;
  const of = (kind: Found['kind']) => all.filter((one) => one.kind === kind);
  const tableOf = new Map(definitions.objects.map(({ name, table }) => [name, `standard.${table}`]));
  const regrouped = of('golden').map(({ subject, id }) => ({ entity: subject, golden_id: id }));
  const rekeyed = of('rekeyed').map(({ subject, connection_id, id }) => ({ entity: subject, connection_id, id }));
  const tables = new Set([
    ...of('record').flatMap(({ subject }) => tableOf.get(subject) ?? []),
    ...regrouped.map(({ entity }) => `golden.${entity}`),
    ...(rekeyed.length > 0 ? ['golden.crosswalk', 'golden.record_key'] : []),
    ...(of('finding').length > 0 ? ['quality.finding'] : []),
    ...(risen.some(({ source }) => source === 'review') ? ['review.input_now'] : []),
  ]);
  return {
    records: of('record').map(({ subject, connection_id, id }) => ({ object: subject, connection_id, id })),
    regrouped,
    rekeyed,
    findings: of('finding').map(({ subject, connection_id, id, record }) => ({
      id,
      object: subject,
      connection_id,
      record_id: record,
    })),
    tables,
  };
}

type Found = {
  kind: 'record' | 'golden' | 'finding' | 'merge' | 'rekeyed';
  subject: string;
  connection_id: string;
  id: string;
  record: string;
};

/** What is newer: kind, subject, connection_id, id, record and `version`. */
function movedPart({ objects }: Definitions, { source, subject, connection_id, since, version }: Risen): Sql | null {
  const own = sql`connection_id = ${connection_id} and version > ${since}`;
  switch (source) {
    case 'standardise': {
      const table = objects.find(({ name }) => name === subject)?.table;
      if (table === undefined) return null;
      return sql`select 'record' as kind, ${subject}::text as subject, connection_id, id, null::text as record, _version as version
        from ${identifier('standard', table)} where connection_id = ${connection_id} and _version > ${since}`;
    }
    case 'survive':
      // What is newer, clustering touched, and has yet to survive.
      return sql`select 'golden' as kind, entity as subject, null::text as connection_id, golden_id as id, null::text as record, version
        from golden.touched where entity = ${subject} and version > ${since} and version <= ${version}`;
    case 'score':
      return sql`select 'finding' as kind, object as subject, connection_id, id, record_id as record, version
        from quality.finding where object = ${subject} and ${own}`;
    case 'review':
      return null;
    case 'pull':
      return sql`select 'merge' as kind, null::text as subject, connection_id, loser_id as id, null::text as record, version
        from mirror.alias where ${own}`;
  }
}

/** `is_more`: more than `limit` of one kind moved, or of all together. */
async function readMoved(db: Queryable, parts: Sql[], limit: number): Promise<{ rows: Found[]; is_more: boolean }> {
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const first = parts.map((part) => sql`(${part} order by version limit ${raw(String(limit + 1))})`);
  const rows = await db.query<Found>(sql`/* publish.moved */ with recursive
    found as materialized (${join(first, ' union all ')}), ${rekeyed}
    select kind, subject, connection_id, id, record from found
    union all
    select 'rekeyed', entity, connection_id, id, null from rekeyed`);
  return { rows, is_more: rows.filter(({ kind }) => kind !== 'rekeyed').length > limit };
}

export function countOf({ records, regrouped, rekeyed, findings }: Moved): number {
  return records.length + regrouped.length + rekeyed.length + findings.length;
}

/** The records that `found` gave another key. */
const rekeyed = sql`wanted as materialized (select id as golden_id from found where kind = 'golden'),
  standing as (select x.entity, x.connection_id, x.id, row(x.golden_id, x.object, x.since_run_id) as place
    from wanted w join golden.crosswalk x on x.golden_id = w.golden_id),
  published as (select x.entity, x.connection_id, x.salesforce_id as id, row(x.golden_key, x.object, x.since_run_id) as place
    from wanted w join unified.record_xref x on x.golden_key = w.golden_id),
  rekeyed as (
    select entity, connection_id, id from standing s full join published p using (entity, connection_id, id)
    where s.place is distinct from p.place
    union
    select e.entity, m.connection_id collate "default", m.id collate "default" from found m cross join 
    (select subject as entity from pipeline.mark where stage = 'survive' and source = 'survive') e where m.kind = 'merge'
    union
    select r.entity, a.connection_id collate "default", a.loser_id collate "default" from rekeyed r
    join mirror.alias a on a.connection_id = r.connection_id and a.winner_id = r.id)`;

/** What moved as tables for the `touched` lines of marts: moved, regrouped, rekeyed, found. */
export function movedTables({ records, regrouped, rekeyed, findings }: Moved): Sql {
  const rows = (values: object[], columns: Sql) =>
    sql`(select * from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) r (${columns}))`;
  return sql`with moved as materialized ${rows(records, sql`object text, connection_id text, id text`)},
    regrouped as materialized ${rows(regrouped, sql`entity text, golden_id text`)},
    rekeyed as materialized ${rows(rekeyed, sql`entity text, connection_id text, id text`)},
    found as materialized ${rows(findings, sql`id text, object text, connection_id text, record_id text`)}`;
}
