/** The definitions become the tables of schema `standard`: one an object, one an entity. */
import sql, { join, raw } from 'sql-template-tag';
import { lockOf, type Queryable } from '../../db/connect.ts';
import { isShaped } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import { systemColumns, type ColumnType } from '../../model/object.ts';
import type { Context } from '../context.ts';

export const pgTypes: Record<ColumnType, string> = {
  text: 'text',
  id: 'text',
  number: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};

/** Columns of every object, and the Salesforce fields they come from. */
export const systemFields = {
  created_at: 'CreatedDate',
  created_by_id: 'CreatedById',
  modified_at: 'LastModifiedDate',
  modified_by_id: 'LastModifiedById',
  is_deleted: 'IsDeleted',
} as const;

type Shape = { table: string; columns: (readonly [string, string])[]; indexes: (readonly [string, string])[] };

/** What the tables must hold: one per object, with the columns money is looked up by, and one per entity. */
function shapes({ objects, entities }: Definitions): Shape[] {
  const versions = (table: string) => [`${table}_version`, '_version'] as const;
  const ofObjects = objects.map(({ name, table, fields, owner }) => {
    const own = Object.entries(fields).map(([column, field]) => [column, pgTypes[field.type]] as const);
    // Who changes with another record is looked up by that one's id; owners change nothing but themselves.
    const ids = Object.keys(fields).filter((column) => fields[column]!.type === 'id' && column !== owner);
    const named = entities.flatMap(({ money, apart }) =>
      [...(money ? [money] : []), ...apart].flatMap(({ object, column }) => (object === name ? [column] : [])),
    );
    const references = [...new Set([...ids, ...named])]
      .filter((column) => column !== 'id')
      .map((column) => [`${table}_${column}`, column] as const);
    return {
      table,
      columns: [...Object.entries(systemColumns), ...own],
      indexes: [versions(table), ...references],
    };
  });
  const ofEntities = entities.map(({ name, fields }) => {
    const texts = ['connection_id', 'object', 'id', ...Object.keys(fields)].map((column) => [column, 'text'] as const);
    const references = Object.entries(fields).flatMap(([column, { kind }]) =>
      kind === 'id' ? [[`${name}_${column}`, column] as const] : [],
    );
    const columns = [...texts, ['modified_at', 'timestamptz'] as const];
    return { table: name, columns, indexes: [versions(name), ...references] };
  });
  return [...ofObjects, ...ofEntities];
}

/**
 * All tables of the schema, whatever objects a sync is of: later stages read them all. In a transaction of its own, and
 * only when something is missing: objects are standardised side by side, and a change of a table locks everybody out.
 */
export async function shapeTables(context: Context): Promise<void> {
  if (standing.get(context.db) === context.definitions) return;
  const wanted = shapes(context.definitions);
  if (!(await stands(context.db, wanted))) {
    await context.write(async (tx) => {
      await tx.query(sql`/* standardise.lock */ select ${lockOf('standard')}`);
      if (!(await stands(tx, wanted))) await createTables(tx, context.definitions);
    });
  }
  standing.set(context.db, context.definitions);
}

/** Makes the tables, their columns and indexes where they are missing. */
export async function createTables(tx: Queryable, definitions: Definitions): Promise<void> {
  for (const shape of shapes(definitions)) await create(tx, shape);
}

/** Databases whose tables were found, or made, as these definitions want them: nothing ever drops them. */
const standing = new WeakMap<object, Definitions>();

function stands(db: Queryable, wanted: Shape[]): Promise<boolean> {
  const columns = wanted.flatMap(({ table, columns: own }) => own.map(([column]) => ({ table, column })));
  const indexes = wanted.flatMap((shape) => shape.indexes.map(([name]) => name));
  return isShaped(db, 'standard', columns, indexes);
}

async function create(tx: Queryable, { table, columns, indexes }: Shape): Promise<void> {
  const name = identifier('standard', table);
  await tx.query(sql`/* standardise.create */ create table if not exists ${name} (
    connection_id text not null, id text not null, _version bigint not null, primary key (connection_id, id))`);
  const added = columns.map(([column, type]) => sql`add column if not exists ${identifier(column)} ${raw(type)}`);
  await tx.query(sql`/* standardise.columns */ alter table ${name} ${join(added)}`);
  for (const [index, column] of indexes) {
    await tx.query(sql`/* standardise.index */ create index if not exists ${identifier(index)}
      on ${name} (connection_id, ${identifier(column)})`);
  }
}
