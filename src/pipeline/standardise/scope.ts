/** What has moved in the mirror since an object was last standardised: by version, or everything. */
import sql, { raw, type Sql } from 'sql-template-tag';
import { few, named } from '../../db/connect.ts';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import { snakeCase } from '../../model/name.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { Context } from '../context.ts';
import { hashOf, markAt, putMarks, versionAt } from '../marks.ts';
import { systemFields } from './tables.ts';
import { placeholders } from '../../matcher/values/text.ts';

/** Raised whenever the same mirror may give other values. */
const standardVersion = 1;

/** moved: rows newer than `since`. newer: all rows, by a look at both versions. differing: all rows, by their values. */
export type StandardScope = {
  kind: 'moved' | 'newer' | 'differing';
  since: string;
  /** Of moved rows, where they are few. */
  ids: string[] | null;
  /** The newest version of the mirror, taken before any row is read, and of what was standardised; -1 for none. */
  newest: string;
  before: string;
  hash: string;
  /** As the planner knows it; 0 when it was never told. */
  recordCount: number;
  isSettled: boolean;
};

type Found = {
  present: [name: string, type: string][];
  newest: string;
  before: string;
  version: string | null;
  hash: string | null;
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
  const place = { stage: 'standardise', subject: object.name, connectionId, source: 'pull' } as const;
  const [found] = await db.query<Found>(
    named(sql`/* standardise.moved */
    select (select jsonb_agg(jsonb_build_array(attname, format_type(atttypid, null))) from pg_attribute
        where attrelid = ${`mirror."${object.table}"`}::regclass and attnum > 0 and not attisdropped) as present,
      coalesce((select max(_version) from ${mirror} where connection_id = ${connectionId}), -1) as newest,
      coalesce((select max(_version) from ${standard} where connection_id = ${connectionId}), -1) as before,
      p.version, p.hash,
      (select greatest(reltuples, 0)::float8 from pg_class where oid = ${`standard."${object.table}"`}::regclass) as count,
      array(select id from ${mirror} where connection_id = ${connectionId} and _version > ${versionAt(place)}
        order by _version limit ${raw(String(few + 1))}) as ids
    from (select) one left join ${markAt(place)} p on true`),
  );
  const { newest, before, version: since, hash: known, count, ids } = found!;
  const present = new Map(found!.present);
  const hash = hashFor(definitions, object, present);
  const kind = known !== hash ? 'differing' : run.mode === 'full' ? 'newer' : 'moved';
  const isSettled = kind === 'moved' && since === newest;
  const isFew = kind === 'moved' && ids.length <= few;
  const scope = {
    kind,
    since: since ?? '-1',
    ids: isFew ? ids : null,
    newest,
    before,
    hash,
    recordCount: count,
    isSettled,
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
    return [standardVersion, object, evidence, columns, [...placeholders]];
  });
}

function usedColumns(object: ObjectDefinition): Set<string> {
  const mapped = Object.values(object.entities).flatMap((fields) => Object.values(fields));
  const fields = Object.values(object.fields).map(({ from }) => from);
  return new Set([...mapped, ...fields, ...Object.values(systemFields)].flat().map(snakeCase));
}

/** From now on only what moves after this is looked at. @param newest SQL of the newest version among what was standardised */
export function settleSql({ run }: Context, object: ObjectDefinition, scope: StandardScope, newest: Sql): Sql {
  const of = { subject: object.name, connectionId: run.connectionId };
  return putMarks('standardise', [
    { ...of, source: 'pull', version: scope.newest, hash: scope.hash },
    { ...of, source: 'standardise', version: newest },
  ]);
}
