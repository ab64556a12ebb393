/** What people gave beside Salesforce: which inputs there are, what stands, and its versions. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type InputStanding = { version: number; lineCount: number; putBy: string; putActor: string; putAt: Date };

/** By name; those that were never given are not there. */
export async function standingInputs(db: Queryable): Promise<Map<string, InputStanding>> {
  const rows = await db.query(sql`/* inputs.standing */ select name, version, jsonb_array_length(lines) as line_count,
    put_by, put_actor, put_at from review.input_now`);
  return new Map(camelRows<InputStanding & { name: string }>(rows).map((row) => [row.name, row]));
}

/** The lines of one version, in the order of the file; none where it was never given. */
export async function inputLines(
  db: Queryable,
  name: string,
  version: number | null,
): Promise<Record<string, string | null>[]> {
  const [found] = await db.query<{
    lines: Record<string, string | null>[];
  }>(sql`/* inputs.lines */ select lines from review.input
    where name = ${name} and (${version}::int is null or version = ${version}) order by version desc limit 1`);
  return found?.lines ?? [];
}

/** Newest first. */
export async function inputVersions(db: Queryable, name: string, page: PageRequest): Promise<Page<InputStanding>> {
  const rows =
    await db.query(sql`/* inputs.versions */ select version, jsonb_array_length(lines) as line_count, put_by, put_actor,
      put_at from review.input where name = ${name} and (${page.after?.[0] ?? null}::int is null or version < ${page.after?.[0] ?? null}::int)
    order by version desc limit ${page.limit + 1}`);
  return toPage(camelRows<InputStanding>(rows), page, ({ version }) => [String(version)]);
}
