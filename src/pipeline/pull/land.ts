/** One staged page becomes typed rows of the mirror with their history, aliases and faults. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { identifier, identifiers } from '../../db/identifier.ts';
import type { Transaction } from '../../db/connect.ts';
import type { Context } from '../context.ts';
import { compoundValue } from './compound.ts';
import { boundNewFields, keepFirstSeen, noteChanges } from './history.ts';
import type { Layout } from './layout.ts';
import { isId, type MirrorField } from './mirror-field.ts';
import { stageColumn, stagedField, type Staged } from './stage.ts';
import { isWide, leaveOut, noteLeftOut } from './wide.ts';
import { keptValue, lookAtPage, quarantine, typedValue, type Reading } from './typed.ts';

export type Landed = { changedCount: number; lastId: string | null };

/** Fields that say when a record was last changed, the best first (Airbyte, the Singer tap and Estuary use the same order). */
export const stampFields = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate', 'LoginTime'];

export function stampColumn(layout: Layout): string | undefined {
  return stampFields
    .map((name) => layout.fields.find((one) => one.field === name)?.column_name)
    .find((column) => column !== undefined);
}

/** Staged text to mirror, in the caller's transaction. `isFirst`: nothing of the object was mirrored before this pull. */
export async function landPage(
  context: Context,
  tx: Transaction,
  layout: Layout,
  stage: Staged,
  pull: { is_full: boolean; is_first: boolean },
): Promise<Landed> {
  const fields = layout.fields.filter((one) => stage.fields.includes(one.field));
  const look = await lookAtPage(tx, fields, stage);
  const clean = { ...look, hasMarks: stage.hasMarks };
  if (look.isClean) {
    // What looks like a date may still be the 31st of February: then the page is read again, value by value.
    await tx.query(raw('savepoint typed'));
    try {
      const changedCount = await land(context, tx, layout, fields, stage, pull, clean);
      await tx.query(raw('release savepoint typed'));
      return { changedCount, lastId: look.lastId };
    } catch (error) {
      // Class 22, data exception; 21000, a page that has an Id twice.
      if (!/^(22|21000)/.test((error as { code?: string }).code ?? '')) throw error;
      await tx.query(raw('rollback to savepoint typed'));
    }
  }
  const changedCount = await land(context, tx, layout, fields, stage, pull, { ...clean, isClean: false });
  return { changedCount, lastId: look.lastId };
}

async function land(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
  stage: Staged,
  pull: { is_full: boolean; is_first: boolean },
  reading: Reading,
): Promise<number> {
  const { run } = context;
  await quarantine(context, tx, layout, fields, stage, reading);
  if (isWide(fields)) await noteLeftOut(context, tx, layout, stage.table);
  const others = fields.filter((one) => one.field !== 'Id');
  const id = reading.hasShortIds ? sql`mirror.id18(s."Id")` : sql`s."Id"`;
  const page = sql`${identifier('stage', stage.table)} s`;

  let rows: Sql;
  if (pull.is_first && reading.isClean) {
    // A first load has nothing to compare with: straight from the staged page, two copies fewer of every row.
    const values = others.map((one) => sql`${typedValue(one, reading)} as ${identifier(one.column_name)}`);
    rows = sql`(select ${join([sql`${id} collate "C" as id`, ...values])} from ${page}) i`;
  } else {
    const values = others.map((one) => sql`${keptValue(one, reading)} as ${identifier(one.column_name)}`);
    const old = reading.isClean
      ? empty
      : sql`left join ${identifier('mirror', layout.table)} old on old.connection_id = ${run.connectionId} and old.id = ${id}`;
    await tx.query(sql`/* pull.type */ create temporary table incoming on commit drop as
      select distinct on (${id} collate "C") ${join([sql`${id} collate "C" as id`, ...values])} from ${page} ${old}
      where s."Id" ~ '^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$' order by ${id} collate "C"`);
    rows = sql`incoming i`;
    if (pull.is_full && !pull.is_first) {
      await tx.query(sql`/* pull.seen */ insert into mirror.seen (connection_id, object, id)
        select ${run.connectionId}, ${layout.object}, id from incoming on conflict do nothing`);
    }
    await keepFirstSeen(context, tx, layout, others);
    await noteChanges(context, tx, layout, others);
    const modified = others.find((one) => one.field === 'LastModifiedDate')?.column_name;
    if (modified !== undefined) {
      const known = sql`select id, ${identifier(modified)} as modified_at from incoming`;
      await boundNewFields(context, tx, layout, others, known);
    }
  }
  await alias(context, tx, others, rows);
  const changed = await upsert(context, tx, layout, others, rows);
  if (!(pull.is_first && reading.isClean)) await tx.query(sql`/* pull.typed */ drop table incoming`);
  return changed;
}

async function upsert(
  context: Context,
  tx: Transaction,
  layout: Layout,
  fields: MirrorField[],
  rows: Sql,
): Promise<number> {
  const { run } = context;
  const has = (name: string) => fields.find((one) => one.field === name)?.column_name;
  const compounds = layout.compounds.filter((one) => one.parts?.every((part) => has(part)) === true);
  const columns = [...fields, ...compounds].map((one) => one.column_name);
  const stamps = stampFields.flatMap((name) => has(name) ?? []).map((name) => identifier('i', name));
  const stamp = stampColumn(layout);
  const [deleted, master] = [has('IsDeleted'), has('MasterRecordId')];
  const isGone = deleted === undefined ? sql`false` : identifier('i', deleted);
  const isMerged = master === undefined ? sql`false` : sql`${identifier('i', master)} is not null`;
  const values = [
    sql`case when ${isGone} then coalesce(${join([...stamps, sql`now()`])}) end`,
    sql`case when not ${isGone} then null when ${isMerged} then 'merged' else 'deleted' end`,
    ...fields.map((one) => identifier('i', one.column_name)),
    ...compounds.map((one) => compoundValue(one, fields, 'i')),
  ];
  const all = ['_deleted_at', '_deleted_reason', ...columns];
  // A page read late must not undo what a later answer has told already.
  const guard =
    stamp === undefined
      ? empty
      : sql`(t.${identifier(stamp)} is null or excluded.${identifier(stamp)} >= t.${identifier(stamp)}) and`;
  const [done] = await tx.query<{ count: number }>(sql`/* pull.upsert */ with done as (
    insert into ${identifier('mirror', layout.table)} as t (connection_id, id, _version, _run_id, ${identifiers(all)})
    select ${run.connectionId}, i.id, nextval('mirror.version'), ${run.id}, ${join(values)} from ${rows}
    on conflict (connection_id, id) do update set
      _version = excluded._version, _run_id = excluded._run_id,
      ${join(all.map((name) => sql`${identifier(name)} = excluded.${identifier(name)}`))}
    where ${guard} (${identifiers(all, 't')}) is distinct from (${identifiers(all, 'excluded')})
    returning 1) select count(*)::int as count from done`);
  return done?.count ?? 0;
}

/**
 * The loser of a merge lives on in its winner, which may lose later itself; the contact of a person account is that account,
 * by whichever of its two ids it is called.
 */
async function alias(context: Context, tx: Transaction, fields: MirrorField[], rows: Sql): Promise<void> {
  const columnOf = (name: string) => fields.find((one) => one.field === name && isId(one))?.column_name;
  const [master, contact] = [columnOf('MasterRecordId'), columnOf('PersonContactId')];
  const put = (loser: Sql, winner: Sql, when: Sql) =>
    tx.query(sql`/* pull.alias */ insert into mirror.alias
      (connection_id, loser_id, winner_id)
    select ${context.run.connectionId}, ${loser}, ${winner} from ${rows} where ${when} is not null
    on conflict (connection_id, loser_id) do update set winner_id = excluded.winner_id, version = excluded.version
      where mirror.alias.winner_id <> excluded.winner_id`);
  if (master !== undefined) await put(sql`i.id`, identifier('i', master), identifier('i', master));
  if (contact !== undefined) await put(identifier('i', contact), sql`i.id`, identifier('i', contact));
}

/** Values of some columns alone, of rows mirrored already: a field come into sight, or one that moves without a stamp. */
export async function landColumns(context: Context, tx: Transaction, layout: Layout, stage: Staged): Promise<Landed> {
  const fields = layout.fields.filter((one) => stage.fields.includes(one.field) && one.field !== 'Id');
  const look = await lookAtPage(
    tx,
    layout.fields.filter((one) => stage.fields.includes(one.field)),
    stage,
  );
  // Few columns: the careful reading costs little here.
  const reading = { ...look, isClean: false, hasMarks: stage.hasMarks };
  await quarantine(context, tx, layout, fields, stage, reading);
  const id = look.hasShortIds ? sql`mirror.id18(s."Id")` : sql`s."Id"`;
  if (isWide(layout.fields)) {
    const page = { stage: stage.table, id, staged: stagedField, columnOf: stageColumn };
    await leaveOut(context, tx, layout, fields, page);
  }
  const set = fields.map((one) => sql`${identifier(one.column_name)} = ${keptOf(one, reading)}`);
  const isNew = fields.map((one) => sql`t.${identifier(one.column_name)} is distinct from ${keptOf(one, reading)}`);
  const modified = layout.fields.find((one) => one.field === 'LastModifiedDate' && one.is_filled)?.column_name;
  if (modified !== undefined) {
    const known = sql`select t.id, ${identifier('t', modified)} as modified_at from ${identifier('stage', stage.table)} s
      join ${identifier('mirror', layout.table)} t on t.connection_id = ${context.run.connectionId} and t.id = ${id} collate "C"`;
    await boundNewFields(context, tx, layout, fields, known);
  }
  const [done] = await tx.query<{ count: number }>(sql`/* pull.fill */ with done as (
    update ${identifier('mirror', layout.table)} t
    set _version = nextval('mirror.version'), _run_id = ${context.run.id}, ${join(set)}
    from ${identifier('stage', stage.table)} s
    where t.connection_id = ${context.run.connectionId} and t.id = ${id} collate "C" and (${join(isNew, ' or ')})
    returning 1) select count(*)::int as count from done`);
  return { changedCount: done?.count ?? 0, lastId: look.lastId };
}

function keptOf(one: MirrorField, reading: Reading): Sql {
  if (one.pg_type === 'text') return typedValue(one, reading);
  return sql`case when ${stagedField(one.field)} is null then null else coalesce(${typedValue(one, reading)}, t.${identifier(one.column_name)}) end`;
}

/** Only which ids there are, each with its stamp where the object has one. */
export async function landIds(context: Context, tx: Transaction, layout: Layout, stage: Staged): Promise<Landed> {
  const page = identifier('stage', stage.table);
  const field = stage.fields.find((name) => name !== 'Id');
  const stamp = field === undefined ? sql`null::timestamptz` : sql`mirror.try_timestamptz(${stagedField(field)})`;
  const [last] = await tx.query<{ id: string | null }>(sql`/* pull.last */
    select max("Id" collate "C") as id from ${page}`);
  await tx.query(sql`/* pull.seen_id */ insert into mirror.seen (connection_id, object, id, stamp)
    select ${context.run.connectionId}, ${layout.object}, mirror.id18(s."Id"), ${stamp} from ${page} s
    where s."Id" is not null on conflict do nothing`);
  return { changedCount: 0, lastId: last?.id ?? null };
}
