/** Up to where a stage has taken in each of its sources, by which definition, and up to where it has made something itself. */
import { createHash } from 'node:crypto';
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { StageName } from '../model/run.ts';

/**
 * `stage` works on `subject`, an object or entity; `source` is the stage whose rows it takes in, or a table of people's or
 * Salesforce's. Of its own stage it says up to where there is something for others to take in.
 */
export type Place = { stage: StageName; subject: string; source: string; connectionId: string };
/** As connection: of all orgs at once, as golden records are. */
export const everyOrg = '*';

/** A null version puts no mark. */
export type Mark = Omit<Place, 'stage'> & { version: Sql | number | string | null; hash?: string | null };

/** What a stage takes in of a source: up to where there is something (null: nothing), up to where it took it, and by what. */
export type Taken = { connection_id: string; newest: number | null; version: number | null; hash: string | null };
/** The org, and SQL of the newest version there is. */
type Source = readonly [connectionId: string, newest: Sql];

// Words of the code, no values: a statement of few parameters is sent and answered sooner.
const word = (text: string): Sql => raw(escapeLiteral(text));
const org = (connectionId: string): Sql => (connectionId === everyOrg ? word(everyOrg) : sql`${connectionId}`);

/** SQL of the mark at this place as a table of one row, or none: version, hash, whole_version. */
export function markAt({ stage, subject, connectionId, source }: Place): Sql {
  return sql`(select version, hash, whole_version from pipeline.mark where stage = ${word(stage)} and subject = ${subject}
    and connection_id = ${org(connectionId)} and source = ${word(source)})`;
}

/** SQL of the rows a statement has as `taken`: what a stage takes in of its sources, by their names. */
export function takenSql(stage: StageName, subject: string, sources: Record<string, Source>): Sql {
  const rows = Object.entries(sources).map(
    ([source, [connectionId, newest]]) => sql`(${word(source)}, ${org(connectionId)}::text, ${newest})`,
  );
  return sql`taken as materialized (select s.source, s.connection_id, s.newest, m.version, m.hash
    from (values ${join(rows)}) s (source, connection_id, newest) left join pipeline.mark m on m.stage = ${word(stage)}
      and m.subject = ${subject} and m.connection_id = s.connection_id and m.source = s.source)`;
}

/** SQL of the version up to which `taken` says the source was taken in; -1 for none. */
export function since(source: string): Sql {
  return sql`(select coalesce(version, -1) from taken where source = ${word(source)})`;
}

/** SQL of `taken` as one jsonb value: each `Taken` by the source's name. */
export const allTaken = sql`(select jsonb_object_agg(source, to_jsonb(taken)) from taken)`;

/** Whether all there is was taken in, by this definition. */
export function isTaken(taken: Record<string, Taken>, hash: string): boolean {
  return Object.values(taken).every((one) => one.newest === null || (one.newest === one.version && one.hash === hash));
}

/** The marks of who takes it in now, where they are others than before. */
export function taking(subject: string, taken: Record<string, Taken>, hash: string): Mark[] {
  return Object.entries(taken).flatMap(([source, { connection_id: connectionId, newest, version, hash: by }]) =>
    newest === version && hash === by ? [] : [{ subject, source, connectionId, version: newest, hash }],
  );
}

/**
 * SQL that puts marks of one stage, and writes only those that differ.
 * @param isWhole what was made is made anew: whoever took in less has to look at all of it
 */
export function putMarks(stage: StageName, marks: readonly Mark[], isWhole = false): Sql {
  if (marks.length === 0) return sql`select where false`;
  const rows = marks.map(
    ({ subject, source, connectionId, version, hash = null }) =>
      sql`(${subject}::text, ${org(connectionId)}::text, ${word(source)}, ${typeof version === 'object' && version ? version : sql`${version}::bigint`}, ${hash === null ? sql`null` : sql`${hash}`}::text)`,
  );
  const whole = isWhole ? sql`case when source = ${word(stage)} then version else -1 end` : sql`-1`;
  return sql`insert into pipeline.mark as m (stage, subject, connection_id, source, version, hash, whole_version)
    select ${word(stage)}, subject, connection_id, source, version, hash, ${whole}
    from (values ${join(rows)}) r (subject, connection_id, source, version, hash) where version is not null
    on conflict (stage, subject, connection_id, source) do update set version = excluded.version, hash = excluded.hash,
      whole_version = greatest(m.whole_version, excluded.whole_version)
      where (m.version, m.hash) is distinct from (excluded.version, excluded.hash) returning 1`;
}

/** SQL that takes back what a stage said of a subject: as if it had never worked on it. */
export function dropMarks(stage: StageName, subject: string): Sql {
  return sql`delete from pipeline.mark where stage = ${word(stage)} and subject = ${subject}`;
}

const hashes = new WeakMap<object, Map<string, string>>();

/**
 * The hash of all that a stage works by: what was taken in by another has to be taken in again.
 * @param of definitions, which never change: computed once for each name, as it takes longer than the question whether all is taken in
 */
export function hashOf(of: object, name: string, parts: () => unknown[]): string {
  const own = hashes.get(of) ?? new Map<string, string>();
  hashes.set(of, own);
  const hash = own.get(name) ?? createHash('sha256').update(JSON.stringify(parts())).digest('hex');
  own.set(name, hash);
  return hash;
}
