/** The small org of the demo becomes a store of a million golden records: its rows are copied under other ids. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import type { Definitions } from '../../src/model/definitions.ts';

/** Tables to copy, and the columns whose ids become others with each copy. Ids of people and runs stay. */
type Copied = { schema: string; table: string; ids: string[]; where?: Sql; most?: number };

/** Letters 5 to 9 of an id of Salesforce or of a golden one are those of the copy. */
const other = (column: string): Sql => sql`overlay(${identifier(column)} placing lpad(to_hex(n), 5, '0') from 5 for 5)`;

/** Returns how many golden records there are. */
export async function fillStore(db: Db, definitions: Definitions, wanted: number): Promise<number> {
  const entities = definitions.entities.map(({ name }) => name);
  const [before] = await db.query<{ count: number }>(sql`/* bench.api.before */
    select count(*)::int as count from golden.identity where retired_at is null`);
  const times = Math.max(0, Math.ceil(wanted / before!.count) - 1);
  const existing = await db.query<{ name: string }>(sql`/* bench.api.tables */
    select nspname || '.' || relname as name from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r'`);
  const exists = new Set(existing.map(({ name }) => name));
  const copied: Copied[] = [
    { schema: 'golden', table: 'identity', ids: ['golden_id'] },
    { schema: 'golden', table: 'crosswalk', ids: ['golden_id', 'id'] },
    { schema: 'golden', table: 'membership', ids: ['golden_id', 'id'] },
    ...entities.map((table) => ({ schema: 'golden', table, ids: ['golden_id'] })),
    ...['account', 'contact', 'lead', 'opportunity'].map((table) => ({ schema: 'standard', table, ids: ['id'] })),
    ...entities.map((table) => ({ schema: 'standard', table, ids: ['id'] })),
    { schema: 'quality', table: 'finding', ids: ['record_id'], where: sql`t.closed_at is null`, most: 300_000 },
    {
      schema: 'golden',
      table: 'review_item',
      ids: ['l_id', 'r_id', 'l_golden_id', 'r_golden_id'],
      most: 50_000,
    },
    { schema: 'match', table: 'pair', ids: ['l_id', 'r_id'] },
  ];
  for (const one of copied) if (exists.has(`${one.schema}.${one.table}`)) await copy(db, one, times);
  await addPast(db);
  await db.query(raw('/* bench.api.analyze */ vacuum analyze'));
  const [after] = await db.query<{ count: number }>(sql`/* bench.api.after */
    select count(*)::int as count from golden.identity where retired_at is null`);
  return after!.count;
}

async function copy(db: Db, { schema, table, ids, where, most }: Copied, times: number): Promise<void> {
  const columns = await db.query<{ name: string }>(sql`/* bench.api.columns */ select attname as name from pg_attribute
    where attrelid = ${`${schema}.${table}`}::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
    order by attnum`);
  const names = columns.map(({ name }) => identifier(name));
  const values = columns.map(({ name }) => (ids.includes(name) ? other(name) : identifier(name)));
  // An index row by row costs several times what a table without it does.
  const indexes = await db.query<{ name: string; text: string }>(sql`/* bench.api.indexes */
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text from pg_index i
    where i.indrelid = ${`${schema}.${table}`}::regclass and not i.indisunique`);
  for (const { name } of indexes) await db.query(raw(`/* bench.api.drop */ drop index ${name}`));
  await db.query(sql`/* bench.api.copy */ insert into ${identifier(schema, table)} (${join(names)})
    select ${join(values)} from ${identifier(schema, table)} t, generate_series(1, ${times}) n
    ${where === undefined ? empty : sql`where ${where}`} ${most === undefined ? empty : sql`limit ${most}`} on conflict do nothing`);
  for (const { text } of indexes) await db.query(raw(`/* bench.api.index */ ${text}`));
}

/** Three years of nights and a hundred thousand changes by people. */
async function addPast(db: Db): Promise<void> {
  await db.query(sql`/* bench.api.audit */
    insert into control.audit (id, at, actor_kind, actor_id, kind, subject_id, action, fields)
    select 'aud_' || gen_random_uuid(), now() - n * interval '10 minutes', 'key', 'key_bench', 'finding', n::text, 'assign', '{state}'
    from generate_series(1, 100000) n`);
  await db.query(sql`/* bench.api.runs */ with night as (
      insert into control.run (id, connection_id, trigger, mode, state, requested_by, created_at, started_at, finished_at)
      select 'run_' || gen_random_uuid(), r.connection_id, 'http', r.mode, 'succeeded', r.requested_by, r.created_at - n * interval '1 day',
        r.started_at - n * interval '1 day', r.finished_at - n * interval '1 day'
      from (select * from control.run where finished_at is not null order by created_at limit 1) r, generate_series(1, 1000) n
      returning id, finished_at)
    insert into quality.score select (jsonb_populate_record(s, jsonb_build_object('run_id', night.id, 'measured_at', night.finished_at))).*
    from quality.score s, night where s.run_id = (select max(run_id) from quality.score)`);
}
