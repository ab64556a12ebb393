/** One mart becomes a commented table that is merged row by row, or a commented view. */
import { escapeLiteral } from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import type { Mart } from '../../marts/read.ts';
import { DomainError } from '../../model/errors.ts';

/** @throws DomainError `config-invalid` when the header's columns are not those of the select. */
export async function createTable(tx: Transaction, mart: Mart): Promise<void> {
  const table = identifier(mart.schema, mart.name);
  await tx.query(sql`/* publish.create */ create table ${table} as ${raw(mart.select)} with no data`);
  await tx.query(sql`/* publish.key */ alter table ${table} add primary key (${identifiers(mart.key)})`);
  await createIndexes(tx, mart);
  await describe(tx, mart, 'table');
}

/** What parts of the table are looked up by. */
export async function createIndexes(tx: Transaction, mart: Mart): Promise<void> {
  for (const column of mart.indexes) {
    await tx.query(sql`/* publish.index */ create index if not exists ${identifier(`${mart.name}_${column}`)}
      on ${identifier(mart.schema, mart.name)} (${identifier(column)})`);
  }
}

/** @throws as createTable. */
export async function createView(tx: Transaction, mart: Mart): Promise<void> {
  await tx.query(
    sql`/* publish.view */ create or replace view ${identifier(mart.schema, mart.name)} as ${raw(mart.select)}`,
  );
  await describe(tx, mart, 'view');
}

/**
 * Makes the table equal to its select, touching only rows that differ.
 * @param answer SQL that may ask `merged` and `touched`, the keys of the rows that changed, and sees the table as it was before
 */
export async function mergeTable<Answer = null>(
  tx: Transaction,
  mart: Mart,
  answer: Sql = sql`null`,
): Promise<{ rowCount: number; changedCount: number; answer: Answer | null }> {
  const { names, rest, same } = columnsOf(mart);
  const table = identifier(mart.schema, mart.name);
  const [row] = await tx.query<{ changed: string; answer: Answer | null }>(sql`/* publish.merge */
    with merged as (
      merge into ${table} t using (${raw(mart.select)}) s on ${same}
      ${rest.length > 0 ? updateOf(rest) : sql``}
      when not matched then insert (${identifiers(names)}) values (${identifiers(names, 's')})
      when not matched by source then delete
      returning ${identifiers(mart.key, 't')}
    ),
    touched as (select * from merged)
    select (select count(*) from merged) as changed, ${answer} as answer`);
  // Asked apart: a statement does not see what it merges itself.
  const [filled] = await tx.query<{ total: string }>(sql`/* publish.count */ select count(*) as total from ${table}`);
  const done = { rowCount: Number(filled!.total), changedCount: Number(row!.changed), answer: row!.answer };
  // As the server would some minutes later: what is made of it in this very publication is planned by what is in it now.
  if (done.changedCount > done.rowCount / 10) await tx.query(sql`/* publish.analyze */ analyze ${table}`);
  return done;
}

/**
 * As mergeTable, of some rows: others are not read. What is gone is deleted apart, since a merge that looks for rows without a
 * source reads the whole table.
 * @param of condition over `t`: the select gives no other rows than these
 */
export async function mergeRows(
  tx: Transaction,
  mart: Mart,
  of: Sql,
): Promise<{ rowCount: number; changedCount: number }> {
  const { names, rest, same } = columnsOf(mart);
  const table = identifier(mart.schema, mart.name);
  const [row] = await tx.query<{ total: number; changed: number }>(sql`/* publish.rows */
    with fresh as materialized (${raw(mart.select)}),
    gone as (delete from ${table} t where ${of} and not exists (select from fresh s where ${same}) returning 1),
    merged as (
      merge into ${table} t using fresh s on ${same} and ${of}
      ${rest.length > 0 ? updateOf(rest) : sql``}
      when not matched then insert (${identifiers(names)}) values (${identifiers(names, 's')})
      returning 1
    )
    select (select count(*) from fresh)::int as total,
      ((select count(*) from gone) + (select count(*) from merged))::int as changed`);
  return { rowCount: row!.total, changedCount: row!.changed };
}

function columnsOf(mart: Mart) {
  const names = mart.columns.map(({ name }) => name);
  const rest = names.filter((name) => !mart.key.includes(name));
  const same = join(
    mart.key.map((name) => sql`${identifier('t', name)} = ${identifier('s', name)}`),
    ' and ',
  );
  return { names, rest, same };
}

export function updateOf(columns: string[]): Sql {
  const sets = columns.map((name) => sql`${identifier(name)} = ${identifier('s', name)}`);
  return sql`when matched and row(${identifiers(columns, 't')}) is distinct from row(${identifiers(columns, 's')})
    then update set ${join(sets)}`;
}

/** Comments on the mart and its columns. @throws DomainError `config-invalid` when the header's columns are not its own. */
export async function describe(tx: Transaction, mart: Mart, kind: 'table' | 'view'): Promise<void> {
  const at = identifier(mart.schema, mart.name);
  const actual = await tx.query<{ name: string }>(sql`/* publish.columns */ select attname as name from pg_attribute
    where attrelid = ${`${mart.schema}.${mart.name}`}::regclass and attnum > 0 and not attisdropped order by attnum`);
  const got = actual.map(({ name }) => name).join(', ');
  const described = mart.columns.map(({ name }) => name).join(', ');
  if (got !== described) {
    const detail = `${mart.schema}.${mart.name} describes ${described} but its select gives ${got}.`;
    throw new DomainError('config-invalid', detail);
  }
  const grain = escapeLiteral(`Grain: ${mart.grain}.`);
  const comments = mart.columns.map(
    ({ name, description }) =>
      sql`comment on column ${identifier(mart.schema, mart.name, name)} is ${raw(escapeLiteral(description))}`,
  );
  // In one message to the server: there are a thousand columns.
  await tx.query(
    sql`/* publish.comment */ ${join([sql`comment on ${raw(kind)} ${at} is ${raw(grain)}`, ...comments], '; ')}`,
  );
}
