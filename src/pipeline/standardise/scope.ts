/** What has moved in the mirror since an object was last standardised: by version, or everything. */
import sql, { raw } from 'sql-template-tag';
import { few, named } from '../../db/connect.ts';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import { snakeCase } from '../../model/name.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { Context } from '../context.ts';
import { allTaken, hashOf, isTaken, type Mark, since, type Taken, takenSql, taking } from '../marks.ts';
import { systemFields } from './tables.ts';
import { marker } from '../../matcher/values/spelling.ts';
import { placeholders } from '../../matcher/values/text.ts';

/** Raised whenever the same mirror may give other values. */
const standardVersion = 3;

/** moved: rows newer than `since`. newer: all rows, by a look at both versions. differing: all rows, by their values. */
export type StandardScope = {
  kind: 'moved' | 'newer' | 'differing';
  since: number;
  /** Of moved rows, where they are few. */
  ids: string[] | null;
  /** What is standardised by now: taken before any row is read. */
  marks: Mark[];
  /** The newest version of what was; -1 for none. */
  before: string;
  /** As the planner knows it; 0 when it was never told. */
  recordCount: number;
  isSettled: boolean;
};

type Found = {
  taken: Record<'pull', Taken>;
  present: [name: string, type: string][];
  before: string;
  count: number;
  ids: string[];
};

/**
 * One run at a time writes an org's mirror, under a fence, so a version seen here has no lower one to come.
 * @returns null where the mirror has no table of the object
 */
export async function scopeOf(
  { db, definitions, run }: Context,
  object: ObjectDefinition,
): Promise<{ scope: StandardScope; present: Map<string, string> } | null> {
  if (!(await tableExists(db, 'mirror', object.table))) return null;
  const [mirror, standard] = [identifier('mirror', object.table), identifier('standard', object.table)];
  const { connectionId } = run;
  const newest = sql`coalesce((select max(_version) from ${mirror} where connection_id = ${connectionId}), -1)`;
  const [found] = await db.query<Found>(
    named(sql`/* standardise.moved */ with ${takenSql('standardise', object.name, { pull: [connectionId, newest] })}
    select ${allTaken} as taken,
      (select jsonb_agg(jsonb_build_array(attname, format_type(atttypid, null))) from pg_attribute
        where attrelid = ${`mirror."${object.table}"`}::regclass and attnum > 0 and not attisdropped) as present,
      coalesce((select max(_version) from ${standard} where connection_id = ${connectionId}), -1) as before,
      (select greatest(reltuples, 0)::float8 from pg_class where oid = ${`standard."${object.table}"`}::regclass) as count,
      array(select id from ${mirror} where connection_id = ${connectionId} and _version > ${since('pull')}
        order by _version limit ${raw(String(few + 1))}) as ids`),
  );
  const { taken, before, count, ids } = found!;
  const present = new Map(found!.present);
  const hash = hashFor(definitions, object, present);
  const kind = taken.pull.hash !== hash ? 'differing' : run.mode === 'full' ? 'newer' : 'moved';
  const scope = {
    kind,
    since: taken.pull.version ?? -1,
    ids: kind === 'moved' && ids.length <= few ? ids : null,
    marks: taking(object.name, taken, hash),
    before,
    recordCount: count,
    isSettled: kind === 'moved' && isTaken(taken, hash),
  } as const;
  return { scope, present };
}

/** Of all that standard values are made by. @param present columns of the mirror's table and their types */
function hashFor(definitions: Definitions, object: ObjectDefinition, present: ReadonlyMap<string, string>): string {
  return hashOf(definitions, `standardise ${object.name} ${[...present]}`, () => {
    const evidence = definitions.entities.flatMap(({ name, fields }) =>
      name in object.entities ? [[name, Object.keys(fields)]] : [],
    );
    const used = usedColumns(object);
    const columns = [...present].filter(([column]) => used.has(column)).sort();
    return [standardVersion, object, evidence, columns, [...placeholders], marker];
  });
}

function usedColumns(object: ObjectDefinition): Set<string> {
  const mapped = Object.values(object.entities).flatMap((fields) => Object.values(fields));
  const fields = Object.values(object.fields).map(({ from }) => from);
  return new Set([...mapped, ...fields, ...Object.values(systemFields)].flat().map(snakeCase));
}
