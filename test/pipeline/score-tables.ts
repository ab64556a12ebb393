/** Object definitions become the tables the score stage reads, where no stage has made them yet. */
import sql, { join, raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { type ColumnType, type ObjectDefinition, systemColumns } from '../../src/model/object.ts';

const types: Record<ColumnType, string> = {
  text: 'text',
  id: 'text',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};

export function postgresType(type: ColumnType): string {
  return types[type];
}

export async function createStandardTables(db: Db, objects: ObjectDefinition[]): Promise<void> {
  for (const object of objects) {
    const columns = [
      ...Object.entries(systemColumns).map(([name, type]) => sql`${identifier(name)} ${raw(type)}`),
      ...Object.entries(object.fields).map(([name, { type }]) => sql`${identifier(name)} ${raw(types[type])}`),
    ];
    await db.query(
      sql`create table ${identifier('standard', object.table)} (${join(columns)}, _version bigint not null default nextval('mirror.version'),
        primary key (connection_id, id))`,
    );
  }
}
