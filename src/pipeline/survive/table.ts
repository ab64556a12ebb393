/** An entity's definition becomes its table golden.<entity>; new fields become new columns, none is ever dropped. */
import sql, { join, raw } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';

/** The PostgreSQL type of a golden field. */
export function goldenType(entity: EntityDefinition, field: string): string {
  const { kind, survivor } = entity.fields[field]!;
  if (survivor.includes('any-true')) return 'boolean';
  if (survivor.includes('union')) return 'text[]';
  if (kind === 'number') return 'numeric';
  return kind === 'date' ? 'date' : 'text';
}

/** By database the entities whose table was found as they want it: nothing ever drops it. */
const standing = new WeakMap<object, WeakSet<EntityDefinition>>();

/** Creates golden.<entity>, its columns and the indexes of its references where they are missing. */
export async function ensureGoldenTable(db: object, tx: Queryable, entity: EntityDefinition): Promise<void> {
  const known = standing.get(db) ?? new WeakSet();
  standing.set(db, known);
  if (known.has(entity)) return;
  const fields = Object.keys(entity.fields);
  const references = fields.filter((field) => entity.fields[field]!.kind === 'id');
  const indexOf = (field: string) => `${entity.name}_${field}`;
  // Asked first: a change of the table locks everybody out, even when it changes nothing.
  const missing = await tx.query(sql`/* survive.missing */
    select from unnest(${fields}::text[]) f (name) where not exists (select from pg_attribute a
      where a.attrelid = to_regclass(format('golden.%I', ${entity.name}::text)) and a.attname = f.name and not a.attisdropped)
    union all select from unnest(${references.map(indexOf)}::text[]) i (name)
      where to_regclass(format('golden.%I', i.name)) is null limit 1`);
  if (missing.length === 0) {
    known.add(entity);
    return;
  }
  const table = identifier('golden', entity.name);
  await tx.query(sql`/* survive.table */ create table if not exists ${table} (
    golden_id text primary key, record_count int not null, object_count int not null)`);
  const columns = fields.map(
    (field) => sql`add column if not exists ${identifier(field)} ${raw(goldenType(entity, field))}`,
  );
  await tx.query(sql`/* survive.columns */ alter table ${table} ${join(columns)}`);
  for (const field of references) {
    await tx.query(sql`/* survive.index */ create index if not exists ${identifier(indexOf(field))}
      on ${table} (${identifier(field)})`);
  }
}
