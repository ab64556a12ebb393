/** A described object becomes columns: the mirror table is made or widened, and every field's column remembered. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { columnName } from '../../model/name.ts';
import type { SourceObject } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { compoundParts, compoundValue } from './compound.ts';
import { isId, type MirrorField, pgTypeOf } from './mirror-field.ts';

/** One object of one connection and where it lands; `fields` are the visible ones that are exported. */
export type Layout = {
  object: string;
  table: string;
  source: SourceObject;
  fields: MirrorField[];
  compounds: MirrorField[];
  /** Visible at the last pull and not now; come into sight since, or of another type. */
  hidden: string[];
  added: string[];
};

/** Creates what is missing, never drops. */
export async function layOut(context: Context, table: string, source: SourceObject): Promise<Layout> {
  const { connectionId, id: runId } = context.run;
  const object = source.name;
  return context.write(async (tx) => {
    const before = await fieldsOf(tx, connectionId, object);
    await tx.query(sql`/* pull.object */
      insert into mirror.object (connection_id, object, table_name, is_replicateable, described_at)
      values (${connectionId}, ${object}, ${table}, ${source.isReplicateable}, ${context.clock.now()})
      on conflict (connection_id, object) do update
        set is_replicateable = excluded.is_replicateable, described_at = excluded.described_at`);
    const others = await fieldsOfOthers(tx, connectionId, object);
    const fields = columnsOf(source, before, others);
    const known = new Map(before.map((one) => [one.field, one]));
    const isNew = (one: MirrorField) => known.get(one.field)?.column_name === undefined;
    const isMisfit = (one: MirrorField) =>
      others.some((other) => other.column_name === one.column_name && other.pg_type !== one.pg_type);
    const isRetyped = (one: MirrorField) =>
      isMisfit(one) || (!isNew(one) && known.get(one.field)?.pg_type !== one.pg_type);
    const isBack = (one: MirrorField) => known.get(one.field)?.state === 'hidden';

    await widen(tx, table, fields.filter(isNew), before.length === 0);
    for (const one of fields.filter(isRetyped)) await retype(tx, object, table, one);
    for (const one of fields.filter((each) => each.parts && (isNew(each) || isBack(each)))) {
      await tx.query(sql`/* pull.compound */ update ${identifier('mirror', table)} t
        set ${identifier(one.column_name)} = ${compoundValue(one, fields, 't')} where connection_id = ${connectionId}`);
    }
    await remember(tx, connectionId, object, runId, fields);
    const visible = new Set(fields.map((one) => one.field));
    const hidden = before.filter((one) => one.state === 'visible' && !visible.has(one.field)).map((one) => one.field);
    if (hidden.length > 0) {
      await tx.query(sql`/* pull.hide */ update mirror.field set state = 'hidden'
        where connection_id = ${connectionId} and object = ${object} and field in (${join(hidden)})`);
    }
    const added = before.length === 0 ? [] : fields.filter((one) => isNew(one) || isRetyped(one) || isBack(one));
    return {
      object,
      table,
      source,
      fields: fields.filter((one) => one.parts === null),
      compounds: fields.filter((one) => one.parts !== null),
      hidden,
      added: added.map((one) => one.field),
    };
  });
}

/** The same without writing anything: what is there and what would be. */
export async function readLayout({ db, run }: Context, table: string, source: SourceObject): Promise<Layout> {
  const before = await fieldsOf(db, run.connectionId, source.name);
  const fields = columnsOf(source, before, await fieldsOfOthers(db, run.connectionId, source.name));
  return {
    object: source.name,
    table,
    source,
    fields: fields.filter((one) => one.parts === null),
    compounds: fields.filter((one) => one.parts !== null),
    hidden: [],
    added: [],
  };
}

function fieldsOf(db: Queryable, connectionId: string, object: string): Promise<MirrorField[]> {
  return db.query(sql`/* pull.fields */
    select field, column_name, salesforce_type, pg_type, is_calculated, state, is_filled, parts from mirror.field
    where connection_id = ${connectionId} and object = ${object}`);
}

type OtherField = Pick<MirrorField, 'column_name' | 'salesforce_type' | 'pg_type'>;

/** The same object of other orgs, whose rows lie in the same table. */
function fieldsOfOthers(db: Queryable, connectionId: string, object: string): Promise<OtherField[]> {
  return db.query(sql`/* pull.others */ select distinct column_name, salesforce_type, pg_type from mirror.field
    where connection_id <> ${connectionId} and object = ${object} and parts is null`);
}

/** Each visible field with its column: the one it had, or a new one of a name that no other has. */
function columnsOf(source: SourceObject, before: MirrorField[], others: OtherField[]): MirrorField[] {
  const known = new Map(before.map((one) => [one.field, one]));
  const taken = new Set(['connection_id', ...before.map((one) => one.column_name)]);
  const visible = [
    ...source.fields.map(({ name, type, isCalculated }) => ({ name, type, isCalculated, parts: null })),
    ...source.compounds
      .map(({ name, type }) => ({ name, type, isCalculated: false, parts: compoundParts(name, source) }))
      .filter(({ parts }) => parts.length > 0),
  ];
  return visible.map(({ name, type, isCalculated, parts }) => {
    const old = known.get(name);
    const column = old?.column_name ?? columnName(name, taken);
    taken.add(column);
    // Orgs that give one field two types share its column as text, which holds both.
    const isDisputed = others.some(
      (other) => other.column_name === column && pgTypeOf(other.salesforce_type) !== pgTypeOf(type),
    );
    const pgType = parts !== null ? 'jsonb' : isDisputed ? 'text' : pgTypeOf(type);
    const isSame = old !== undefined && old.state === 'visible' && old.pg_type === pgType;
    return {
      field: name,
      column_name: column,
      salesforce_type: type,
      pg_type: pgType,
      is_calculated: isCalculated,
      state: 'visible',
      is_filled: parts !== null || (isSame && old.is_filled),
      parts,
    };
  });
}

async function widen(tx: Transaction, table: string, fields: MirrorField[], isFirst: boolean): Promise<void> {
  const name = identifier('mirror', table);
  if (isFirst) {
    await tx.query(sql`/* pull.table */ create table if not exists ${name} (
      connection_id text not null, id text collate "C" not null,
      _version bigint not null, _deleted_at timestamptz, _deleted_reason text, _run_id text not null,
      primary key (connection_id, id), unique (connection_id, _version))`);
  }
  if (fields.length === 0) return;
  const added = fields.map(
    (one): Sql =>
      sql`add column if not exists ${identifier(one.column_name)} ${raw(one.pg_type)} ${isId(one) ? sql`collate "C"` : empty}`,
  );
  await tx.query(sql`/* pull.columns */ alter table ${name} ${join(added)}`);
}

async function remember(
  tx: Transaction,
  connectionId: string,
  object: string,
  runId: string,
  fields: MirrorField[],
): Promise<void> {
  await tx.query(sql`/* pull.field */
    insert into mirror.field (connection_id, object, field, column_name, salesforce_type, pg_type, is_calculated, state,
      is_filled, seen_run_id, parts)
    select ${connectionId}, ${object}, f.field, f.column_name, f.salesforce_type, f.pg_type, f.is_calculated, 'visible',
      f.is_filled, ${runId}, f.parts
    from jsonb_to_recordset(${JSON.stringify(fields)}::jsonb) f(field text, column_name text, salesforce_type text,
      pg_type text, is_calculated boolean, is_filled boolean, parts text[])
    on conflict (connection_id, object, field) do update set
      salesforce_type = excluded.salesforce_type, pg_type = excluded.pg_type, is_calculated = excluded.is_calculated,
      state = 'visible', is_filled = excluded.is_filled, seen_run_id = excluded.seen_run_id, parts = excluded.parts`);
}

/** What does not fit the new type is null until the field has been read again, here and for every org that has the column. */
async function retype(tx: Transaction, object: string, table: string, one: MirrorField): Promise<void> {
  const column = identifier(one.column_name);
  await tx.query(sql`/* pull.retype */ alter table ${identifier('mirror', table)} alter column ${column}
    type ${raw(one.pg_type)} using ${identifier('mirror', `try_${one.pg_type}`)}(${column}::text)`);
  await tx.query(sql`/* pull.retyped */ update mirror.field set pg_type = ${one.pg_type}, is_filled = false
    where object = ${object} and column_name = ${one.column_name} and pg_type <> ${one.pg_type} and parts is null`);
}
