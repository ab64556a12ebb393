/** Several questions about a few rows become one statement: its way there and back costs more than reading them. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { Queryable } from './connect.ts';
import { identifier } from './identifier.ts';

/**
 * Answers each question by its rows, in their order. Numbers and texts come as they do from `query`, bigint and numeric as
 * numbers.
 */
export async function askTogether<Name extends string>(
  db: Queryable,
  questions: Record<Name, Sql>,
): Promise<Record<Name, object[]>> {
  const columns = Object.entries<Sql>(questions).map(
    ([name, question]) =>
      sql`(select coalesce(jsonb_agg(to_jsonb(q)), '[]') from (${question}) q) as ${identifier(name)}`,
  );
  const [row] = await db.query<Record<Name, object[]>>(sql`/* db.together */ select ${join(columns)}`);
  return row!;
}
