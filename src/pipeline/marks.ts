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

export type Mark = Omit<Place, 'stage'> & { version: Sql | string | null; hash?: string | null };
/** Marks by their source, as `marksAt` gives them. */
export type Marks = Record<string, { version: string; hash: string | null }>;

/** SQL of the mark at this place as a table of one row, or none: version, hash, whole_version. */
export function markAt({ stage, subject, connectionId, source }: Place): Sql {
  return sql`(select version, hash, whole_version from pipeline.mark where stage = ${stage} and subject = ${subject}
    and connection_id = ${connectionId} and source = ${source})`;
}

/** SQL of the version of the mark at this place; null for none. */
export function versionAt(place: Place): Sql {
  return sql`(select version from ${markAt(place)} mark)`;
}

/** SQL of all marks of a stage about a subject and an org as one jsonb value. */
export function marksAt({ stage, subject, connectionId }: Omit<Place, 'source'>): Sql {
  return sql`(select coalesce(jsonb_object_agg(source, jsonb_build_object('version', version::text, 'hash', hash)), '{}')
    from pipeline.mark where stage = ${stage} and subject = ${subject} and connection_id = ${connectionId})`;
}

/**
 * SQL that puts marks of one stage, and writes only those that differ. A version that is null puts none.
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
