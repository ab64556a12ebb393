/** What reviewers, ids and definitions say about the records at hand, as links between their places. */
import sql, { join, type Sql } from 'sql-template-tag';
import { tableExists } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import { keyOf, type RecordKey } from '../../model/record-key.ts';
import type { Context } from '../context.ts';
import type { Constraints } from '../../matcher/cluster/constrain.ts';

type Pair = { l_connection_id: string; l_id: string; r_connection_id: string; r_id: string };

/** `alias` is one of the records, by its `id`; null: all of them are at hand. `side` is `l_` where a row is a pair. */
export function among(alias: string, keys: readonly RecordKey[] | null, side: '' | 'l_' | 'r_' = '', id = 'id'): Sql {
  if (keys === null) return sql`true`;
  const [connections, ids] = [keys.map((key) => key.connection_id), keys.map((key) => key.id)];
  return sql`(${identifier(alias, `${side}connection_id`)}, ${identifier(alias, `${side}${id}`)}) in
    (select * from unnest(${connections}::text[], ${ids}::text[]))`;
}

/** Columns of other tables that link an entity's records, and the table of its money: of those that are there. */
export type Links = { became: Reference[]; apart: Reference[]; money: string | null };
type Reference = { table: string; column: string };

export async function linksOf({ db, definitions }: Context, entity: EntityDefinition): Promise<Links> {
  const there = async (object: string, column: string): Promise<Reference[]> => {
    const table = definitions.objects.find(({ name }) => name === object)?.table;
    return table !== undefined && (await tableExists(db, 'standard', table)) ? [{ table, column }] : [];
  };
  const all = async (links: EntityDefinition['became']) =>
    (await Promise.all(links.map(({ object, column }) => there(object, column)))).flat();
  const money = entity.money ? await there(entity.money.object, '') : [];
  return { became: await all(entity.became), apart: await all(entity.apart), money: money[0]?.table ?? null };
}

type Decision = Pair & { kind: 'same' | 'different' };
export type ConstraintRows = {
  decision: Decision[];
  apart: Pair[];
  became: Pair[];
  unique: (RecordKey & { field: string; value: string })[];
};

/** The questions whose answers `constraintsOf` takes. @param keys the records at hand; null: all */
export function constraintQuestions(
  entity: EntityDefinition,
  { became, apart }: Links,
  keys: readonly RecordKey[] | null,
  decisions: Sql,
): Record<keyof ConstraintRows, Sql> {
  const each = (parts: Sql[], none: Sql) => (parts.length === 0 ? sql`select ${none} where false` : allOf(parts));
  const noPair = sql`null::text as l_connection_id, null::text as l_id, null::text as r_connection_id, null::text as r_id`;
  const fields = Object.entries(entity.fields).flatMap(([name, { unique }]) => (unique ? [name] : []));
  return {
    decision: sql`select l_connection_id, l_id, r_connection_id, r_id, kind from ${decisions} d
      where d.entity = ${entity.name} and d.undone_at is null and ${among('d', keys, 'l_')}`,
    apart: each(
      apart.map((link) => aboveOf(link, keys)),
      noPair,
    ),
    became: each(
      became.map((link) => becameOf(entity, link, keys)),
      noPair,
    ),
    unique: each(
      fields.map((field) => uniqueOf(entity, field, keys)),
      sql`null::text as connection_id, null::text as id, null::text as field, null::text as value`,
    ),
  };
}

const allOf = (parts: Sql[]): Sql =>
  join(
    parts.map((part) => sql`(${part})`),
    ' union all ',
  );

/**
 * Links between records that are both at hand.
 * @param place index of each record by its key
 */
export function constraintsOf(
  entity: EntityDefinition,
  place: ReadonlyMap<string, number>,
  rows: ConstraintRows,
): Constraints {
  const linked = (pairs: Pair[]) =>
    pairs.flatMap((pair): [number, number][] => {
      const left = place.get(keyOf({ connection_id: pair.l_connection_id, id: pair.l_id }));
      const right = place.get(keyOf({ connection_id: pair.r_connection_id, id: pair.r_id }));
      return left === undefined || right === undefined || left === right ? [] : [[left, right]];
    });
  const decided = (wanted: Decision['kind']) => linked(rows.decision.filter(({ kind }) => kind === wanted));
  const fields = Object.entries(entity.fields).flatMap(([name, { unique }]) => (unique ? [name] : []));
  const valuesOf = (field: string) =>
    rows.unique.flatMap((row): [number, string][] => {
      const at = row.field === field ? place.get(keyOf(row)) : undefined;
      return at === undefined ? [] : [[at, row.value]];
    });
  return {
    same: decided('same'),
    apart: [...decided('different'), ...linked(rows.apart)],
    unique: fields.map((field) => new Map(valuesOf(field))),
    certain: linked(rows.became),
  };
}

/**
 * SQL of records whose told links may change with those of the table `of`: what a merged record lives on in, and everything below
 * a record in a hierarchy that is kept apart.
 */
export function dependantsSql({ apart }: Links, of: Sql): Sql {
  const below = apart.map(
    ({ table, column }) => sql`with recursive below as (
        select c.connection_id, c.id from ${of} k join ${identifier('standard', table)} c
          on c.connection_id = k.connection_id and c.${identifier(column)} = k.id
        union
        select c.connection_id, c.id from below b join ${identifier('standard', table)} c
          on c.connection_id = b.connection_id and c.${identifier(column)} = b.id)
      select * from below`,
  );
  const winner = sql`select connection_id, id
    from (select k.connection_id, golden.winner_of(k.connection_id, k.id) as id from ${of} k) winner where id is not null`;
  return allOf([winner, ...below]);
}

/** SQL of what the record `r` became, by an id that may itself have been merged away since. */
export function becameSql(entity: EntityDefinition, { became }: Links): Sql[] {
  return became.map(
    ({
      table,
      column,
    }) => sql`select o.connection_id, coalesce(golden.winner_of(o.connection_id, o.${identifier(column)}), o.${identifier(column)})
      from ${identifier('standard', entity.name)} s join ${identifier('standard', table)} o using (connection_id, id)
      where o.${identifier(column)} is not null and s.connection_id = r.connection_id and s.id = r.id`,
  );
}

/** Joins `m.winner_id`, what a record was merged into in the end, if it was: all of them at once, or of each record at hand. */
export function winnerOf(connection: Sql, id: Sql, keys: readonly RecordKey[] | null): Sql {
  return keys === null
    ? sql`left join golden.merged_into m on m.connection_id = ${connection} and m.loser_id = ${id}`
    : sql`cross join lateral (select golden.winner_of(${connection}, ${id}) as winner_id) m`;
}

/** The record named may itself have been merged away since. */
function becameOf(entity: EntityDefinition, { table, column }: Reference, keys: readonly RecordKey[] | null): Sql {
  return sql`select o.connection_id as l_connection_id, o.id as l_id, o.connection_id as r_connection_id,
      coalesce(m.winner_id, o.${identifier(column)}) as r_id
    from ${identifier('standard', entity.name)} s
    join ${identifier('standard', table)} o using (connection_id, id)
    ${winnerOf(sql`o.connection_id`, sql`o.${identifier(column)}`, keys)}
    where o.${identifier(column)} is not null and ${among('o', keys)}`;
}

/** Every record above, up to the top; Salesforce allows loops, so the way is watched. */
function aboveOf({ table, column }: Reference, keys: readonly RecordKey[] | null): Sql {
  const above = sql`p.${identifier(column)}`;
  return sql`with recursive up as (
      select p.connection_id, p.id, ${above} as above, array[p.id] as way from ${identifier('standard', table)} p
      where ${above} is not null and ${among('p', keys)}
      union all
      select up.connection_id, up.id, ${above}, up.way || p.id from up
      join ${identifier('standard', table)} p on p.connection_id = up.connection_id and p.id = up.above
      where ${above} is not null and not p.id = any (up.way))
    select connection_id as l_connection_id, id as l_id, connection_id as r_connection_id, above as r_id from up`;
}

function uniqueOf(entity: EntityDefinition, field: string, keys: readonly RecordKey[] | null): Sql {
  const value = sql`lower(s.${identifier(field)})`;
  return sql`select s.connection_id, s.id, ${field}::text as field, ${value} as value from ${identifier('standard', entity.name)} s
    where ${value} is not null and ${among('s', keys)}`;
}
