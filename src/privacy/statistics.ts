/** What PostgreSQL itself keeps of values, for its planner, is counted anew: most common values and bounds of every column. */
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';

/**
 * Vacuums and analyses every table that has figures. Of a table that is empty now PostgreSQL would keep the old ones: those
 * are cleared where the server can, from version 18 on.
 */
export async function renewStatistics(db: Db): Promise<void> {
  const tables = await db.query<{ schema: string; name: string }>(sql`/* statistics.tables */
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and exists (select from pg_statistic s where s.starelid = c.oid) order by 1, 2`);
  const [server] = await db.query<{ canClear: boolean }>(
    sql`/* statistics.server */ select to_regproc('pg_catalog.pg_clear_attribute_stats') is not null as "canClear"`,
  );
  for (const { schema, name } of tables) {
    const table = identifier(schema, name);
    await db.query(raw(`/* statistics.renew */ vacuum (analyze, skip_locked) ${table.sql}`));
    const [{ some } = { some: true }] = await db.query<{ some: boolean }>(
      sql`/* statistics.some */ select exists (select from ${table}) as some`,
    );
    if (some || !server?.canClear) continue;
    await db.query(sql`/* statistics.clear */ select pg_clear_attribute_stats(${schema}, ${name}, a.attname, false)
      from pg_attribute a where a.attrelid = ${table.sql}::regclass and a.attnum > 0 and not a.attisdropped`);
  }
}
