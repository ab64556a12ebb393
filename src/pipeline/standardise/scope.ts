/** What has moved in the mirror since an object was last standardised: by version, or everything. */
import { createHash } from 'node:crypto';
import sql, { type Sql } from 'sql-template-tag';
import { few, type Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { snakeCase } from '../../model/name.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { Context } from '../context.ts';
import { systemFields } from './tables.ts';
import { placeholders } from './text.ts';

/** Raised whenever the same mirror may give other values. */
const standardVersion = 1;

/** moved: rows newer than `since`. newer: all rows, by a look at both versions. differing: all rows, by their values. */
export type Scope = {
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

type Found = { newest: string; before: string; version: string | null; hash: string | null; count: number };

/**
 * One run at a time writes an org's mirror, under a fence, so a version seen here has no lower one to come.
 * @param present columns of the mirror's table and their types
 */
export async function scopeOf(
  tx: Queryable,
  { definitions, run }: Context,
  object: ObjectDefinition,
  present: ReadonlyMap<string, string>,
): Promise<Scope> {
  const [mirror, standard] = [identifier('mirror', object.table), identifier('standard', object.table)];
  const evidence = definitions.entities.flatMap(({ name, fields }) =>
    name in object.entities ? [[name, Object.keys(fields)]] : [],
  );
  const columns = [...present].filter(([column]) => usedColumns(object).has(column)).sort();
  const hash = createHash('sha256')
    .update(JSON.stringify([standardVersion, object, evidence, columns, [...placeholders]]))
    .digest('hex');
  const { connectionId } = run;
  const [found] = await tx.query<Found>(sql`/* standardise.moved */
    select coalesce((select max(_version) from ${mirror} where connection_id = ${connectionId}), -1) as newest,
      coalesce((select max(_version) from ${standard} where connection_id = ${connectionId}), -1) as before,
      p.version, p.definition_hash as hash,
      (select greatest(reltuples, 0)::float8 from pg_class where oid = ${`standard."${object.table}"`}::regclass) as count
    from (select) one left join standard.progress p on p.connection_id = ${connectionId} and p.object = ${object.name}`);
  const { newest, before, version, hash: known, count } = found!;
  const kind = known !== hash ? 'differing' : run.mode === 'full' ? 'newer' : 'moved';
  const isSettled = kind === 'moved' && version === newest;
  const since = version ?? '-1';
  const ids = kind === 'moved' && !isSettled ? await fewMoved(tx, mirror, connectionId, since) : null;
  return { kind, since, ids, newest, before, hash, recordCount: count, isSettled };
}

/** By their ids statements need no plan of their own; null when they are many. */
async function fewMoved(tx: Queryable, mirror: Sql, connectionId: string, since: string): Promise<string[] | null> {
  const rows = await tx.query<{ id: string }>(sql`/* standardise.few */ select id from ${mirror}
    where connection_id = ${connectionId} and _version > ${since} limit ${few + 1}`);
  return rows.length > few ? null : rows.map(({ id }) => id);
}

function usedColumns(object: ObjectDefinition): Set<string> {
  const mapped = Object.values(object.entities).flatMap((fields) => Object.values(fields));
  const fields = Object.values(object.fields).map(({ from }) => from);
  return new Set([...mapped, ...fields, ...Object.values(systemFields)].flat().map(snakeCase));
}

/** From now on only what moves after this is looked at. */
export async function settle(tx: Queryable, { run }: Context, object: ObjectDefinition, scope: Scope): Promise<void> {
  const newest = sql`select max(_version) from ${identifier('standard', object.table)} where connection_id = ${run.connectionId}`;
  await tx.query(sql`/* standardise.settle */ insert into standard.progress as p (connection_id, object, version, moved_version, definition_hash)
    values (${run.connectionId}, ${object.name}, ${scope.newest}, coalesce((${newest}), -1), ${scope.hash})
    on conflict (connection_id, object) do update
      set version = excluded.version, moved_version = excluded.moved_version, definition_hash = excluded.definition_hash`);
}
