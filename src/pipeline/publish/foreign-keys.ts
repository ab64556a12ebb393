/** Columns of published tables that name a row of another become foreign keys, so that tools find the joins. */
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import type { Mart } from '../../marts/read.ts';

const ofOrg = (column: string, to: string, key = column) => ({
  columns: ['connection_id', column],
  to,
  key: ['connection_id', key],
});

/** By the names of columns. Of those no table has two readings: what may be a user or a queue is left out. */
const references: { columns: string[]; to: string; key: string[] }[] = [
  ...['account', 'person', 'deal'].map((of) => ({ columns: [`${of}_key`], to: `dim_${of}`, key: [`${of}_key`] })),
  ...['campaign', 'product', 'territory'].map((of) => ofOrg(`${of}_id`, `dim_${of}`)),
  ...['opportunity', 'contract', 'lead'].map((of) => ofOrg(`${of}_id`, `fct_${of}`)),
  ...['owner_id', 'user_id', 'team_id', 'manager_id', 'forecast_user_id'].map((of) => ofOrg(of, 'dim_user', 'user_id')),
];
const ownedByQueues = [
  'fct_lead',
  'fct_lead_cycle',
  'fct_lead_response',
  'fct_case',
  'fct_activity',
  'fct_quality_issue',
];

type ForeignKey = { table: string; name: string; columns: string[]; to: string; key: string[] };

/** Those that the columns of these marts make. */
export function foreignKeysOf(marts: readonly Mart[]): ForeignKey[] {
  const tables = marts.filter(({ schema, key }) => schema === 'unified' && key.length > 0);
  return tables.flatMap(({ name: table, columns: own, key: ownKey }) =>
    references
      .filter(({ columns, to }) => {
        const isThere = columns.every((column) => own.some(({ name }) => name === column));
        const isOwnKey = ownKey.join() === columns.join() && table === to;
        return isThere && !isOwnKey && !(columns.includes('owner_id') && ownedByQueues.includes(table));
      })
      .map((one) => ({ table, name: `${table}_${one.columns.at(-1)!}_fkey`, ...one })),
  );
}

/**
 * Makes the foreign keys those of these marts. They are not enforced: the view is made from Salesforce as it is, and what a
 * login may not read is missing. PostgreSQL 17 has no such keys, so there are none.
 */
export async function keepForeignKeys(tx: Transaction, marts: readonly Mart[]): Promise<void> {
  const [server] = await tx.query<{ can: boolean }>(sql`/* keys.server */
    select current_setting('server_version_num')::int >= 180000 as can`);
  const wanted = server!.can ? foreignKeysOf(marts) : [];
  const there = await tx.query<{
    table: string;
    name: string;
  }>(sql`/* keys.there */ select r.relname as table, c.conname as name
    from pg_constraint c join pg_class r on r.oid = c.conrelid
    where c.contype = 'f' and c.connamespace = 'unified'::regnamespace`);
  const isOf = (one: { table: string; name: string }) => (other: { table: string; name: string }) =>
    one.table === other.table && one.name === other.name;
  for (const one of there.filter((given) => !wanted.some(isOf(given)))) await dropKey(tx, one);
  for (const one of wanted.filter((given) => !there.some(isOf(given))))
    await tx.query(sql`/* keys.add */ alter table ${identifier('unified', one.table)} add constraint ${identifier(one.name)}
      foreign key (${identifiers(one.columns)}) references ${identifier('unified', one.to)} (${identifiers(one.key)}) not enforced`);
}

const dropKey = (tx: Transaction, { table, name }: { table: string; name: string }) =>
  tx.query(sql`/* keys.drop */ alter table ${identifier('unified', table)} drop constraint ${identifier(name)}`);

/** Before a table of unified is dropped: the keys that lead to it. @param table schema and name */
export async function dropKeysTo(tx: Transaction, table: string): Promise<void> {
  const found = await tx.query<{
    table: string;
    name: string;
  }>(sql`/* keys.to */ select r.relname as table, c.conname as name
    from pg_constraint c join pg_class r on r.oid = c.conrelid
    where c.contype = 'f' and c.connamespace = 'unified'::regnamespace and c.confrelid = to_regclass(${table})`);
  for (const one of found) await dropKey(tx, one);
}
