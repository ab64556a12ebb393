/** The entities' definitions become their tables golden.<entity> and the view golden.provenance; no column is ever dropped. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { lockOf, type Queryable } from '../../db/connect.ts';
import { isShaped } from '../../db/existing.ts';
import { identifier } from '../../db/identifier.ts';
import type { Definitions } from '../../model/definitions.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Context } from '../context.ts';
import { hashOf } from '../marks.ts';
import { connectionColumn, isSet, referencesOf } from './layout.ts';
import { provenanceSql } from './provenance.ts';

type Column = readonly [name: string, type: string];

/** What a golden record has beside its id: its fields, the org of each id among them, and what it stands for. */
export function goldenColumns(entity: EntityDefinition): Column[] {
  return [
    ...Object.keys(entity.fields).map((field) => [field, goldenType(entity, field)] as const),
    ...referencesOf(entity).map((field) => [connectionColumn(field), 'text'] as const),
    ['record_count', 'int'],
    ['object_count', 'int'],
  ];
}

/** The PostgreSQL type of a golden field. */
function goldenType(entity: EntityDefinition, field: string): string {
  const { kind, survivor } = entity.fields[field]!;
  if (survivor.includes('any-true')) return 'boolean';
  if (isSet(entity, field)) return 'text[]';
  if (kind === 'number') return 'numeric';
  return kind === 'date' ? 'date' : 'text';
}

/** Databases whose tables and view were found, or made, as these definitions want them: nothing ever drops them. */
const shaped = new WeakMap<object, Definitions>();

/** In a transaction of its own, and only when something is missing: a change of a table or a view locks everybody out. */
export async function shapeGolden(context: Context): Promise<void> {
  const { db, definitions } = context;
  if (shaped.get(db) === definitions) return;
  const view = provenanceSql(definitions);
  const hash = hashOf(definitions, 'golden.provenance', () => [view.strings, view.values]);
  const isDone = async (asked: Queryable) =>
    (await areThere(asked, definitions.entities)) && (await isView(asked, hash));
  if (!(await isDone(db))) {
    await context.write(async (tx) => {
      await tx.query(sql`/* survive.lock */ select ${lockOf('golden')}`);
      if (await isDone(tx)) return;
      await ensureGoldenTables(tx, definitions.entities);
      await createView(tx, view, hash);
    });
  }
  shaped.set(db, definitions);
}

/** Creates golden.<entity>, its columns and the indexes of its references where they are missing. */
export async function ensureGoldenTables(tx: Queryable, entities: readonly EntityDefinition[]): Promise<void> {
  for (const entity of entities) if (!(await areThere(tx, [entity]))) await createTable(tx, entity);
}

const indexOf = (entity: EntityDefinition, field: string) => `${entity.name}_${field}`;
/** Of the groups of several records, the largest first: what lists of duplicates begin with. */
const sizeIndexOf = (entity: EntityDefinition) => `${entity.name}_by_size`;

function areThere(db: Queryable, entities: readonly EntityDefinition[]): Promise<boolean> {
  const columns = entities.flatMap((entity) =>
    goldenColumns(entity).map(([column]) => ({ table: entity.name, column })),
  );
  const indexes = entities.flatMap((entity) => [
    sizeIndexOf(entity),
    ...referencesOf(entity).map((field) => indexOf(entity, field)),
  ]);
  return isShaped(db, 'golden', columns, indexes);
}

/** The view says itself by which text it was made: PostgreSQL keeps another one. */
async function isView(db: Queryable, hash: string): Promise<boolean> {
  const [row] = await db.query<{ is: boolean }>(sql`/* survive.viewed */
    select obj_description('golden.provenance'::regclass, 'pg_class') is not distinct from ${hash} as is`);
  return row!.is;
}

async function createTable(tx: Queryable, entity: EntityDefinition): Promise<void> {
  const table = identifier('golden', entity.name);
  await tx.query(sql`/* survive.table */ create table if not exists ${table} (
    golden_id text primary key, record_count int not null, object_count int not null)`);
  const columns = goldenColumns(entity).map(
    ([column, type]) => sql`add column if not exists ${identifier(column)} ${raw(type)}`,
  );
  await tx.query(sql`/* survive.columns */ alter table ${table} ${join(columns)}`);
  await tx.query(sql`/* survive.index */ create index if not exists ${identifier(sizeIndexOf(entity))}
    on ${table} (record_count desc, golden_id) where record_count >= 2`);
  for (const field of referencesOf(entity)) {
    await tx.query(sql`/* survive.index */ create index if not exists ${identifier(indexOf(entity, field))}
      on ${table} (${identifier(field)})`);
  }
}

async function createView(tx: Queryable, view: Sql, hash: string): Promise<void> {
  await tx.query(sql`/* survive.view */ create or replace view golden.provenance as ${view}`);
  await tx.query(raw(`/* survive.view */ comment on view golden.provenance is '${hash}'`));
}
