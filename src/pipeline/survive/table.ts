/** An entity's definition becomes its table golden.<entity>; new fields become new columns, none is ever dropped. */
import sql, { join, raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
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

/** Creates golden.<entity> and its columns where they are missing. */
export async function ensureGoldenTable(tx: Transaction, entity: EntityDefinition): Promise<void> {
  const table = identifier('golden', entity.name);
  await tx.query(sql`/* survive.table */ create table if not exists ${table} (
    golden_id text primary key, record_count int not null, object_count int not null)`);
  const columns = Object.keys(entity.fields).map(
    (field) => sql`add column if not exists ${identifier(field)} ${raw(goldenType(entity, field))}`,
  );
  await tx.query(sql`/* survive.columns */ alter table ${table} ${join(columns)}`);
}
