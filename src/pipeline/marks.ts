/** Up to where a stage has taken in each of its sources, by which definition, and up to where it has made something itself. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { StageName } from '../model/run.ts';

/**
 * `stage` works on `subject`, an object or entity; `source` is the stage whose rows it takes in, or a table of people's or
 * Salesforce's. Of its own stage it says up to where there is something for others to take in.
 */
export type Place = { stage: StageName; subject: string; source: string; connectionId: string };
/** As connection: of all orgs at once, as golden records are. */
export const everyOrg = '*';

/** A null version puts no mark. */
export type Mark = Omit<Place, 'stage'> & { version: Sql | string | null; hash?: string | null };

/** What a stage takes in of a source: up to where there is something (null: nothing), up to where it took it, and by what. */
export type Taken = { connectionId: string; newest: string | null; version: string | null; hash: string | null };
type Source = { connectionId: string; newest: Sql };

/** SQL of the mark at this place as a table of one row, or none: version, hash, whole_version. */
export function markAt({ stage, subject, connectionId, source }: Place): Sql {
  return sql`(select version, hash, whole_version from pipeline.mark where stage = ${stage} and subject = ${subject}
    and connection_id = ${connectionId} and source = ${source})`;
}

/** SQL of the version of the mark at this place; -1 for none. */
export function versionAt(place: Place): Sql {
  return sql`coalesce((select version from ${markAt(place)} mark), -1)`;
}

/** SQL of one jsonb value: what a stage takes in of its sources, each `Taken` by the source's name. */
export function takenSql(stage: StageName, subject: string, sources: Record<string, Source>): Sql {
  const rows = Object.entries(sources).map(
    ([source, { connectionId, newest }]) => sql`(${source}::text, ${connectionId}::text, ${newest})`,
  );
  return sql`(select jsonb_object_agg(s.source, jsonb_build_object('connectionId', s.connection_id, 'newest', s.newest::text,
      'version', m.version::text, 'hash', m.hash))
    from (values ${join(rows)}) s (source, connection_id, newest)
    left join pipeline.mark m on m.stage = ${stage} and m.subject = ${subject} and m.connection_id = s.connection_id and m.source = s.source)`;
}

/** Whether all there is was taken in, by this definition. */
export function isTaken(taken: Record<string, Taken>, hash: string): boolean {
  return Object.values(taken).every((one) => one.newest === null || (one.newest === one.version && one.hash === hash));
}

/** The marks of who takes it in now. */
export function taking(subject: string, taken: Record<string, Taken>, hash: string | null): Mark[] {
  return Object.entries(taken).map(([source, { connectionId, newest }]) => ({
    subject,
    source,
    connectionId,
    version: newest,
    hash,
  }));
}

/**
 * SQL that puts marks of one stage, and writes only those that differ.
 * @param isWhole what was made is made anew: whoever took in less has to look at all of it
 */
export function putMarks(stage: StageName, marks: readonly Mark[], isWhole = false): Sql {
  const rows = marks.map(
    ({ subject, source, connectionId, version, hash = null }) =>
      sql`(${subject}::text, ${connectionId}::text, ${source}::text, ${typeof version === 'object' && version ? version : sql`${version}::bigint`}, ${hash}::text)`,
  );
  const whole = isWhole ? sql`case when source = ${stage} then version else -1 end` : sql`-1`;
  return sql`insert into pipeline.mark as m (stage, subject, connection_id, source, version, hash, whole_version)
    select ${stage}, subject, connection_id, source, version, hash, ${whole}
    from (values ${join(rows)}) r (subject, connection_id, source, version, hash) where version is not null
    on conflict (stage, subject, connection_id, source) do update set version = excluded.version, hash = excluded.hash,
      whole_version = greatest(m.whole_version, excluded.whole_version)
      where (m.version, m.hash) is distinct from (excluded.version, excluded.hash) returning 1`;
}

/** SQL that takes back what a stage said of a subject: as if it had never worked on it. */
export function dropMarks(stage: StageName, subject: string): Sql {
  return sql`delete from pipeline.mark where stage = ${stage} and subject = ${subject}`;
}
