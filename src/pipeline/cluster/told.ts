/** What reviewers, ids and definitions say about the records at hand, as links between their places. */
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Told } from './constrain.ts';

export type Key = { connection_id: string; id: string };
type Pair = { l_connection_id: string; l_id: string; r_connection_id: string; r_id: string };

export function keyOf({ connection_id, id }: Key): string {
  return `${connection_id} ${id}`;
}

/** `alias` is one of the records, by its `id`; null: all of them are at hand. `side` is `l_` where a row is a pair. */
export function among(alias: string, keys: readonly Key[] | null, side: '' | 'l_' | 'r_' = '', id = 'id'): Sql {
  if (keys === null) return sql`true`;
  const [connections, ids] = [keys.map((key) => key.connection_id), keys.map((key) => key.id)];
  return sql`(${identifier(alias, `${side}connection_id`)}, ${identifier(alias, `${side}${id}`)}) in
    (select * from unnest(${connections}::text[], ${ids}::text[]))`;
}

/**
 * Links between records that are both at hand.
 * @param place index of each record by its key
 */
export async function readTold(
  db: Queryable,
  definitions: Definitions,
  entity: EntityDefinition,
  place: ReadonlyMap<string, number>,
  keys: readonly Key[] | null,
): Promise<Told> {
  const linked = (rows: Pair[]) =>
    rows.flatMap((row): [number, number][] => {
      const left = place.get(`${row.l_connection_id} ${row.l_id}`);
      const right = place.get(`${row.r_connection_id} ${row.r_id}`);
      return left === undefined || right === undefined || left === right ? [] : [[left, right]];
    });
  const decisions = await db.query<Pair & { kind: 'same' | 'different' }>(sql`/* cluster.decision */
    select d.* from review.decision d
    where d.entity = ${entity.name} and d.undone_at is null and ${among('d', keys, 'l_')}`);
  const apart = linked(decisions.filter(({ kind }) => kind === 'different'));
  for (const { table, column } of await named(db, definitions, entity.apart))
    apart.push(...linked(await aboveOf(db, table, column, keys)));
  return {
    same: linked(decisions.filter(({ kind }) => kind === 'same')),
    apart,
    unique: await uniqueOf(db, entity, place, keys),
    certain: linked(await becomings(db, definitions, entity, keys)),
  };
}

/** Of the records at hand those that became another, which may not be at hand. */
export async function becomings(
  db: Queryable,
  definitions: Definitions,
  entity: EntityDefinition,
  keys: readonly Key[] | null,
): Promise<Pair[]> {
  const found: Pair[] = [];
  for (const { table, column } of await named(db, definitions, entity.became))
    found.push(...(await becameOf(db, entity, table, column, keys)));
  return found;
}

/**
 * Records whose told links may change with those at hand: what a merged record lives on in, and everything below a record in a
 * hierarchy that is kept apart.
 */
export async function dependants(
  db: Queryable,
  definitions: Definitions,
  entity: EntityDefinition,
  keys: readonly Key[],
): Promise<Key[]> {
  const found = await db.query<Key>(sql`/* cluster.winner */ select connection_id, id
    from (select k.connection_id, golden.winner_of(k.connection_id, k.id) as id
      from unnest(${keys.map((key) => key.connection_id)}::text[], ${keys.map(({ id }) => id)}::text[]) k (connection_id, id)) winner
    where id is not null`);
  for (const { table, column } of await named(db, definitions, entity.apart)) {
    const below = await db.query<Key>(sql`/* cluster.below */ with recursive below as (
        select c.connection_id, c.id from ${identifier('standard', table)} c where ${among('c', keys, '', column)}
        union
        select c.connection_id, c.id from below b join ${identifier('standard', table)} c
          on c.connection_id = b.connection_id and c.${identifier(column)} = b.id)
      select * from below`);
    found.push(...below);
  }
  return found;
}

/** Those of which the table is there. */
async function named(
  db: Queryable,
  definitions: Definitions,
  links: EntityDefinition['became'],
): Promise<{ table: string; column: string }[]> {
  const tables = await tablesOf(db, definitions);
  return links.flatMap(({ object, column }) => {
    const table = tables.get(object);
    return table ? [{ table, column }] : [];
  });
}

async function tablesOf(db: Queryable, { objects }: Definitions): Promise<Map<string, string>> {
  const names = objects.map(({ table }) => table);
  const rows = await db.query<{ name: string }>(sql`/* cluster.table */ select name from unnest(${names}::text[]) name
    where to_regclass('standard.' || quote_ident(name)) is not null`);
  const present = new Set(rows.map(({ name }) => name));
  return new Map(objects.filter(({ table }) => present.has(table)).map(({ name, table }) => [name, table]));
}

/** Joins `m.winner_id`, what a record was merged into in the end, if it was: all of them at once, or of each record at hand. */
export function winnerOf(connection: Sql, id: Sql, keys: readonly Key[] | null): Sql {
  return keys === null
    ? sql`left join golden.merged_into m on m.connection_id = ${connection} and m.loser_id = ${id}`
    : sql`cross join lateral (select golden.winner_of(${connection}, ${id}) as winner_id) m`;
}

/** The record named may itself have been merged away since. */
function becameOf(db: Queryable, entity: EntityDefinition, table: string, column: string, keys: readonly Key[] | null) {
  return db.query<Pair>(sql`/* cluster.became */
    select o.connection_id as l_connection_id, o.id as l_id, o.connection_id as r_connection_id,
      coalesce(m.winner_id, o.${identifier(column)}) as r_id
    from ${identifier('standard', entity.name)} s
    join ${identifier('standard', table)} o using (connection_id, id)
    ${winnerOf(sql`o.connection_id`, sql`o.${identifier(column)}`, keys)}
    where o.${identifier(column)} is not null and ${among('o', keys)}`);
}

/** Every record above, up to the top; Salesforce allows loops, so the way is watched. */
function aboveOf(db: Queryable, table: string, column: string, keys: readonly Key[] | null) {
  const above = sql`p.${identifier(column)}`;
  return db.query<Pair>(sql`/* cluster.apart */ with recursive up as (
      select p.connection_id, p.id, ${above} as above, array[p.id] as way from ${identifier('standard', table)} p
      where ${above} is not null and ${among('p', keys)}
      union all
      select up.connection_id, up.id, ${above}, up.way || p.id from up
      join ${identifier('standard', table)} p on p.connection_id = up.connection_id and p.id = up.above
      where ${above} is not null and not p.id = any (up.way))
    select connection_id as l_connection_id, id as l_id, connection_id as r_connection_id, above as r_id from up`);
}

async function uniqueOf(
  db: Queryable,
  entity: EntityDefinition,
  place: ReadonlyMap<string, number>,
  keys: readonly Key[] | null,
): Promise<Map<number, string>[]> {
  const fields = Object.entries(entity.fields).filter(([, field]) => field.unique);
  const found: Map<number, string>[] = [];
  for (const [name] of fields) {
    const value = sql`lower(s.${identifier(name)})`;
    const rows = await db.query<Key & { value: string }>(sql`/* cluster.unique */
      select s.connection_id, s.id, ${value} as value from ${identifier('standard', entity.name)} s
      where ${value} is not null and ${among('s', keys)}`);
    const values = new Map<number, string>();
    for (const row of rows) {
      const at = place.get(keyOf(row));
      if (at !== undefined) values.set(at, row.value);
    }
    found.push(values);
  }
  return found;
}
