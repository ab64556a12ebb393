/** The marts of this version become the tables and views readers find: made, widened or replaced, and never torn from under a view of theirs. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { Mart } from '../../marts/read.ts';
import { DomainError } from '../../model/errors.ts';
import { dropKeysTo, keepForeignKeys } from './foreign-keys.ts';
import { createIndexes, createTable, createView, describe } from './materialise.ts';

// 2BP01 dependent_objects_still_exist, 42P16 invalid_table_definition: a view may gain columns at its end, no more.
const dependents = '2BP01';
const notReplaceable = '42P16';

type Column = { name: string; type: string };

// 55P03 lock_not_available.
const notFree = '55P03';

/** Milliseconds a change may wait for a reader; every reader that comes after it waits for as long. */
const queueTime = 500;
/** Milliseconds in which those get in, before the next try. */
const pause = 2_000;
/** Milliseconds after which readers are long enough to name them as the reason. */
const patience = 10 * 60_000;

/**
 * Gives the published schemas the shape of the marts, in their order of creation; those without a key are views. What
 * only gained columns is widened in place, so that grants and the views others built on it stay. Where readers are in the
 * way it gives up its place in their queue and tries again.
 * @throws DomainError `published-shape-held` when a view that is not ours depends on what would have to go,
 * `published-shape-busy` when readers stay for ten minutes.
 */
export async function shape(tx: Transaction, marts: Mart[]): Promise<void> {
  await tx.query(sql`/* publish.queue */ savepoint queue`);
  for (const end = Date.now() + patience; ; await sleep(pause)) {
    try {
      await tx.query(sql`/* publish.queue */ select set_config('lock_timeout', ${String(queueTime)}, true)`);
      await reshape(tx, marts);
      await keepForeignKeys(tx, marts);
      await tx.query(sql`/* publish.queue */ select set_config('lock_timeout', '0', true)`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== notFree) throw error;
      const detail = 'A query on the published view has kept a table from changing for ten minutes.';
      if (Date.now() > end) throw new DomainError('published-shape-busy', detail, { cause: error });
      await tx.query(sql`/* publish.queue */ rollback to savepoint queue`);
    }
  }
}

async function reshape(tx: Transaction, marts: Mart[]): Promise<void> {
  const tables = new Set(marts.filter((mart) => !isView(mart)).map(nameOf));
  const views = new Set(marts.filter(isView).map(nameOf));
  const obsolete =
    [...(await published(tx, 'r'))].some((name) => !tables.has(name)) ||
    [...(await published(tx, 'v'))].some((name) => !views.has(name));
  await tx.query(sql`/* publish.shape */ savepoint shape`);
  if (!obsolete && (await inPlace(tx, marts))) return;
  await tx.query(sql`/* publish.shape */ rollback to savepoint shape`);
  for (const name of [...(await published(tx, 'v'))].reverse()) await drop(tx, 'view', name);
  for (const name of await published(tx, 'r')) if (!tables.has(name)) await drop(tx, 'table', name);
  for (const mart of marts) {
    if (isView(mart)) await createView(tx, mart);
    else if (await standsAs(tx, mart)) continue;
    else await createTable(tx, mart);
  }
}

/** False when something would have to be dropped; the caller rolls back then. */
async function inPlace(tx: Transaction, marts: Mart[]): Promise<boolean> {
  const tables = await published(tx, 'r');
  try {
    for (const mart of marts) {
      if (isView(mart)) await createView(tx, mart);
      else if (!tables.has(nameOf(mart))) await createTable(tx, mart);
      else if (!(await widen(tx, mart))) return false;
    }
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === notReplaceable) return false;
    throw error;
  }
}

/** Whether the table is there in the mart's shape, widened if need be; one of another shape is dropped. */
async function standsAs(tx: Transaction, mart: Mart): Promise<boolean> {
  if (!(await published(tx, 'r')).has(nameOf(mart))) return false;
  if (await widen(tx, mart)) return true;
  await drop(tx, 'table', nameOf(mart));
  return false;
}

const isView = ({ key }: Mart): boolean => key.length === 0;
const nameOf = ({ schema, name }: Mart): string => `${schema}.${name}`;
const parts = (name: string): Sql => identifier(...(name.split('.') as [string, string]));

/** Tables or views of the published schemas, oldest first; the ledger is not derived from marts. */
async function published(tx: Transaction, kind: 'r' | 'v'): Promise<Set<string>> {
  const rows = await tx.query<{ name: string }>(sql`/* publish.found */
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('unified', 'salesops', 'revops') and c.relkind = ${kind} and c.relname <> 'publication' order by c.oid`);
  return new Set(rows.map(({ name }) => name));
}

/** True when the table has the mart's columns now; false when it would have to be replaced. */
async function widen(tx: Transaction, mart: Mart): Promise<boolean> {
  const table = identifier(mart.schema, mart.name);
  await tx.query(
    sql`/* publish.probe */ create temporary table shape_probe on commit drop as ${raw(mart.select)} with no data`,
  );
  const [is, shall] = [await columnsOf(tx, nameOf(mart)), await columnsOf(tx, 'pg_temp.shape_probe')];
  await tx.query(sql`/* publish.probe */ drop table pg_temp.shape_probe`);
  const isPrefix = is.every((column, at) => column.name === shall[at]?.name && column.type === shall[at]?.type);
  if (!isPrefix || !(await hasKey(tx, mart))) return false;
  const added = shall.slice(is.length).map(({ name, type }) => sql`add column ${identifier(name)} ${raw(type)}`);
  if (added.length > 0) await tx.query(sql`/* publish.widen */ alter table ${table} ${join(added)}`);
  await createIndexes(tx, mart);
  await describe(tx, mart, 'table');
  return true;
}

async function columnsOf(tx: Transaction, table: string): Promise<Column[]> {
  return tx.query<Column>(sql`/* publish.columns */ select attname as name, format_type(atttypid, atttypmod) as type
    from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`);
}

async function hasKey(tx: Transaction, mart: Mart): Promise<boolean> {
  const rows = await tx.query<{ name: string }>(sql`/* publish.has_key */ select a.attname as name
    from pg_index i cross join lateral unnest(i.indkey) with ordinality k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = ${nameOf(mart)}::regclass and i.indisprimary order by k.place`);
  return rows.map(({ name }) => name).join() === mart.key.join();
}

async function drop(tx: Transaction, kind: 'view' | 'table', name: string): Promise<void> {
  if (kind === 'table') await dropKeysTo(tx, name);
  try {
    await tx.query(sql`/* publish.drop */ drop ${raw(kind)} ${parts(name)}`);
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: string };
    if (code !== dependents) throw error;
    const message = `${name} changes its shape in this version, and something of yours is built on it: ${detail ?? ''}`;
    throw new DomainError('published-shape-held', message, { cause: error });
  }
}
