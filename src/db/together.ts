/** Several questions about rows become one statement where these are few: its way there and back costs more than reading them. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { identifier } from './identifier.ts';
import type { Sized } from './steps.ts';

/**
 * Answers each question by its rows, in their order. Numbers and texts come as they do from `query`; of few rows bigint and
 * numeric as numbers.
 */
export async function askTogether<Name extends string>(
  { tx, isFew }: Sized,
  stage: string,
  questions: Record<Name, Sql>,
): Promise<Record<Name, object[]>> {
  if (!isFew) {
    const found: Partial<Record<Name, object[]>> = {};
    for (const name of Object.keys(questions) as Name[])
      found[name] = await tx.query(sql`${raw(`/* ${stage}.${name} */`)} ${questions[name]}`);
    return found as Record<Name, object[]>;
  }
  const columns = Object.entries<Sql>(questions).map(
    ([name, question]) =>
      sql`(select coalesce(jsonb_agg(to_jsonb(q)), '[]') from (${question}) q) as ${identifier(name)}`,
  );
  const [row] = await tx.query<Record<Name, object[]>>(sql`${raw(`/* ${stage}.together */`)} select ${join(columns)}`);
  return row!;
}
