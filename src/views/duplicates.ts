/** Golden ids become the list of those that more than one Salesforce record stands for. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type Duplicate = { goldenId: string; entity: string; recordCount: number; objects: string[] };
export type DuplicateFilter = { connectionId: string; entity?: string | undefined };

export async function listDuplicates(
  db: Queryable,
  { connectionId, entity }: DuplicateFilter,
  page: PageRequest,
): Promise<Page<Duplicate>> {
  const rows = await db.query(sql`/* duplicates.list */
    select golden_id, entity, count(*)::int as record_count, array_agg(distinct object) as objects
    from golden.crosswalk where connection_id = ${connectionId}
    ${entity ? sql`and entity = ${entity}` : empty}
    ${page.after ? sql`and golden_id > ${page.after[0]}` : empty}
    group by golden_id, entity having count(*) > 1 order by golden_id limit ${page.limit + 1}`);
  return toPage(camelRows<Duplicate>(rows), page, (row) => [row.goldenId]);
}
