/** What has moved since the last generation was published: records, golden records, findings and merges, each by versions. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { few, planningEach, type Queryable, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';

/** Beyond this many a look at everything is cheaper. */
const most = 20_000;

/** Newest versions read: of records and findings by "connection object", of golden records by entity, of merges by connection. */
export type Versions = { records: Marks; golden: Marks; whole: Marks; findings: Marks; merges: Marks };
type Marks = Record<string, string>;
/** `day`: what was today, as dates of the view are counted from it. */
export type State = Versions & { day: string };

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

/** SQL of the state there is, without the day. */
export const stateSql = sql`select jsonb_build_object(
    'records', (select jsonb_object_agg(connection_id || ' ' || subject, version::text) from pipeline.mark
      where stage = 'standardise' and source = 'standardise'),
    'whole', (select jsonb_object_agg(entity, whole_version::text) from golden.survival),
    'golden', (select jsonb_object_agg(entity, (select coalesce(max(t.version), 0)::text from golden.touched t where t.entity = s.entity))
      from golden.survival s),
    'findings', (select jsonb_object_agg(connection_id || ' ' || subject, version::text) from pipeline.mark
      where stage = 'score' and source = 'score'),
    'merges', (select jsonb_object_agg(connection_id, (select coalesce(max(a.version), 0)::text from mirror.alias a
      where a.connection_id = c.connection_id)) from (select distinct connection_id from pipeline.mark where stage = 'standardise') c))`;

/**
 * @param prepared the same transaction, its statements planned once
 * @returns null when everything is to be made again: too much moved, or all of an entity was redone
 */
export async function movedBetween(
  tx: Transaction,
  prepared: Queryable,
  definitions: Definitions,
  last: State,
  now: Versions,
): Promise<Moved | null> {
  if (risen(last.whole, now.whole).length > 0) return null;
  const parts = movedParts(definitions, last, now);
  const found = await readMoved(prepared, parts, few);
  const all = found ?? (await readMoved(await planningEach(tx), parts, most));
  if (all === null) return null;
  const of = (kind: Found['kind']) => all.filter((one) => one.kind === kind);
  const tableOf = new Map(definitions.objects.map(({ name, table }) => [name, `standard.${table}`]));
  const regrouped = of('golden').map(({ subject, id }) => ({ entity: subject, golden_id: id }));
  const rekeyed = of('rekeyed').map(({ subject, connection_id, id }) => ({ entity: subject, connection_id, id }));
  const tables = new Set([
    ...of('record').flatMap(({ subject }) => tableOf.get(subject) ?? []),
    ...regrouped.map(({ entity }) => `golden.${entity}`),
    ...(rekeyed.length > 0 ? ['golden.crosswalk', 'golden.record_key'] : []),
    ...(of('finding').length > 0 ? ['quality.finding'] : []),
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

/** Of each set of versions that rose, what is newer: kind, subject, connection_id, id, record and `version`. */
function movedParts({ objects }: Definitions, last: State, now: Versions): Sql[] {
  const tableOf = new Map(objects.map(({ name, table }) => [name, table]));
  const split = (key: string) => key.split(' ') as [connection: string, object: string];
  return [
    ...risen(last.records, now.records).flatMap(([key, version]) => {
      const [connection, object] = split(key);
      const table = tableOf.get(object);
      return table === undefined
        ? []
        : [
            sql`select 'record' as kind, ${object}::text as subject, connection_id, id, null::text as record, _version as version
              from ${identifier('standard', table)} where connection_id = ${connection} and _version > ${version}`,
          ];
    }),
    ...risen(last.golden, now.golden).map(
      ([
        entity,
        version,
      ]) => sql`select 'golden' as kind, entity as subject, null::text as connection_id, golden_id as id,
          null::text as record, version
        from golden.touched where entity = ${entity} and version > ${version}`,
    ),
    ...risen(last.findings, now.findings).map(([key, version]) => {
      const [connection, object] = split(key);
      return sql`select 'finding' as kind, object as subject, connection_id, id, record_id as record, version
        from quality.finding where connection_id = ${connection} and object = ${object} and version > ${version}`;
    }),
    ...risen(last.merges, now.merges).map(
      ([
        connection,
        version,
      ]) => sql`select 'merge' as kind, null::text as subject, connection_id, loser_id as id, null::text as record, version
        from mirror.alias where connection_id = ${connection} and version > ${version}`,
    ),
  ];
}

/** @returns null where more than `limit` of one kind moved, or of all together */
async function readMoved(db: Queryable, parts: Sql[], limit: number): Promise<Found[] | null> {
  if (parts.length === 0) return [];
  // In the order of the index, so that it is taken whatever share of the rows the planner takes to be newer.
  const first = parts.map((part) => sql`(${part} order by version limit ${raw(String(limit + 1))})`);
  const rows = await db.query<Found>(sql`/* publish.moved */ with recursive
    found as materialized (${join(first, ' union all ')}), ${rekeyed}
    select kind, subject, connection_id, id, record from found
    union all
    select 'rekeyed', entity, connection_id, id, null from rekeyed`);
  return rows.filter(({ kind }) => kind !== 'rekeyed').length > limit ? null : rows;
}

function risen(last: Marks | null, now: Marks | null): [key: string, since: string][] {
  return Object.entries(now ?? {}).flatMap(([key, version]): [string, string][] => {
    const since = last?.[key] ?? '-1';
    return since === version ? [] : [[key, since]];
  });
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
    select e.entity, m.connection_id collate "default", m.id collate "default" from found m cross join (select distinct entity from golden.survival) e where m.kind = 'merge'
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
