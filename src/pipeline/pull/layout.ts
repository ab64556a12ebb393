/** A described object becomes columns: the mirror table is made or widened, and every field's column remembered. */
import sql, { empty, join, raw } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import { columnName } from '../../model/name.ts';
import type { SourceObject } from '../../model/source.ts';
import type { Context } from '../context.ts';

export type PgType = 'text' | 'numeric' | 'boolean' | 'date' | 'timestamptz' | 'time';

export type MirrorField = {
  field: string;
  column_name: string;
  pg_type: PgType;
  is_calculated: boolean;
  state: 'visible' | 'hidden';
  is_filled: boolean;
};

/** One object of one connection and where it lands; `fields` are the visible ones. */
export type Layout = { object: string; table: string; source: SourceObject; fields: MirrorField[]; hidden: string[] };

const pgTypes: Record<string, PgType> = {
  boolean: 'boolean',
  int: 'numeric',
  long: 'numeric',
  double: 'numeric',
  currency: 'numeric',
  percent: 'numeric',
  date: 'date',
  datetime: 'timestamptz',
  time: 'time',
};

/** Any type not named is text, so that a type Salesforce invents tomorrow is mirrored today. */
export function pgTypeOf(salesforceType: string): PgType {
  return pgTypes[salesforceType] ?? 'text';
}

/** Creates what is missing, never drops. `hidden` names fields that were visible before and are not now. */
export async function layOut(context: Context, table: string, source: SourceObject): Promise<Layout> {
  const connectionId = context.run.connectionId;
  const object = source.name;
  return context.write(async (tx) => {
    const before = await tx.query<MirrorField>(sql`/* pull.fields */
      select field, column_name, pg_type, is_calculated, state, is_filled from mirror.field
      where connection_id = ${connectionId} and object = ${object}`);
    await tx.query(sql`/* pull.object */
      insert into mirror.object (connection_id, object, table_name, is_replicateable, described_at)
      values (${connectionId}, ${object}, ${table}, ${source.isReplicateable}, ${context.clock.now()})
      on conflict (connection_id, object) do update
        set is_replicateable = excluded.is_replicateable, described_at = excluded.described_at`);
    await tx.query(sql`/* pull.table */ create table if not exists ${identifier('mirror', table)} (
      connection_id text not null, id text collate "C" not null,
      _version bigint not null, _deleted_at timestamptz, _deleted_reason text, _run_id text not null,
      primary key (connection_id, id))`);

    const known = new Map(before.map((one) => [one.field, one]));
    const taken = new Set(['connection_id', ...before.map((one) => one.column_name)]);
    const fields: MirrorField[] = [];
    for (const { name, type, isCalculated } of source.fields) {
      const old = known.get(name);
      const column = old?.column_name ?? columnName(name, taken);
      taken.add(column);
      const pgType = pgTypeOf(type);
      if (old && old.pg_type !== pgType) await retype(tx, table, column, pgType);
      const isFilled = old !== undefined && old.is_filled && old.state === 'visible' && old.pg_type === pgType;
      fields.push({
        field: name,
        column_name: column,
        pg_type: pgType,
        is_calculated: isCalculated,
        state: 'visible',
        is_filled: isFilled,
      });
      await tx.query(sql`/* pull.column */ alter table ${identifier('mirror', table)}
        add column if not exists ${identifier(column)} ${raw(pgType)} ${/^(id|reference)$/.test(type) ? sql`collate "C"` : empty}`);
      await tx.query(sql`/* pull.field */
        insert into mirror.field
          (connection_id, object, field, column_name, salesforce_type, pg_type, is_calculated, state, is_filled, seen_run_id)
        values (${connectionId}, ${object}, ${name}, ${column}, ${type}, ${pgType}, ${isCalculated}, 'visible', ${isFilled}, ${context.run.id})
        on conflict (connection_id, object, field) do update set
          salesforce_type = excluded.salesforce_type, pg_type = excluded.pg_type, is_calculated = excluded.is_calculated,
          state = 'visible', is_filled = excluded.is_filled, seen_run_id = excluded.seen_run_id`);
    }
    const visible = new Set(fields.map((one) => one.field));
    const hidden = before.filter((one) => one.state === 'visible' && !visible.has(one.field)).map((one) => one.field);
    if (hidden.length > 0) {
      await tx.query(sql`/* pull.hide */ update mirror.field set state = 'hidden'
        where connection_id = ${connectionId} and object = ${object} and field in (${join(hidden)})`);
    }
    return { object, table, source, fields, hidden };
  });
}

async function retype(
  tx: Parameters<Parameters<Context['write']>[0]>[0],
  table: string,
  column: string,
  pgType: PgType,
) {
  const to = raw(pgType);
  await tx.query(sql`/* pull.retype */ alter table ${identifier('mirror', table)} alter column ${identifier(column)}
    type ${to} using ${identifier('mirror', `try_${pgType}`)}(${identifier(column)}::text)`);
}
