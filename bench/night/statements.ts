/** Which statements of a night took longest, by PostgreSQL's own count. */
import sql, { raw } from 'sql-template-tag';
import { connect, type Db } from '../../src/db/connect.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { table } from '../table.ts';

/** As startEmbeddedPostgres, of a server that counts what each statement takes. */
export async function startCounting(folder: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(folder, { shared_preload_libraries: 'pg_stat_statements' });
  const db = connect(server.url, { name: 'bench' });
  await db.query(raw('create extension if not exists pg_stat_statements'));
  await db.close();
  return server;
}

export async function forgetStatements(db: Db): Promise<void> {
  await db.query(sql`select pg_stat_statements_reset()::text`);
}

export async function statementTable(db: Db, most: number): Promise<string> {
  type Counted = { text: string; calls: number; seconds: number; pages: number; temporary: number; rows: number };
  const rows =
    await db.query<Counted>(sql`select left(regexp_replace(query, '\\s+', ' ', 'g'), 220) as text, calls::int,
    (total_exec_time + total_plan_time) / 1000 as seconds, (shared_blks_hit + shared_blks_read + local_blks_hit)::float8 as pages,
    temp_blks_written * 8192 / 1e6::float8 as temporary, rows::float8
    from pg_stat_statements order by total_exec_time desc limit ${most}`);
  return table(
    ['s', 'calls', 'rows', 'pages', 'temp MB', 'statement'],
    rows.map(({ seconds, calls, rows: count, pages, temporary, text }) => [
      seconds.toFixed(2),
      calls,
      count,
      pages,
      Math.round(temporary),
      text,
    ]),
    5,
  );
}
