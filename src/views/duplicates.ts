/** Golden ids become a list: of those that more than one Salesforce record stands for, or of all that words are found in. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { searchText } from '../db/golden-search.ts';
import { identifier } from '../db/identifier.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { goldenNames } from './names.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type Duplicate = {
  goldenId: string;
  entity: string;
  recordCount: number;
  objects: string[];
  /** Its published name; null to those who may not see it, and where it has none. */
  label: string | null;
};
export type DuplicateFilter = {
  /** Only those with a record of this org; left out: of any. */
  connectionId?: string | undefined;
  /** All there are, or the one that is asked for. */
  entities: EntityDefinition[];
  /** A part of a name, e-mail, website or phone, or an id; only of the named entities. */
  search?: string | undefined;
  sort: 'id' | 'largest';
  /** Records that stand for it, of whatever org; 1: also what there is once. */
  least: 1 | 2;
  /** Names are personal data: the entities to name the rows by, or none. */
  named: EntityDefinition[];
};

export async function listDuplicates(
  db: Queryable,
  { connectionId, entities, search, sort, least, named }: DuplicateFilter,
  page: PageRequest,
): Promise<Page<Duplicate>> {
  const after = page.after?.at(-1);
  const size = page.after && sort === 'largest' ? Number(page.after[0]) || 0 : null;
  const searchable = named.filter(({ name }) => entities.some((one) => one.name === name));
  const found = search === undefined ? empty : sql`and g.golden_id in (${await searchSql(db, searchable, search)})`;
  const order = sort === 'largest' ? sql`record_count desc, golden_id` : sql`golden_id`;
  const parts: Sql[] = [];
  for (const { name } of entities) {
    // Its table is made by the first sync.
    if (!(await tableExists(db, 'golden', name))) continue;
    parts.push(sql`(select g.golden_id, ${name} as entity, g.record_count from ${identifier('golden', name)} g
      where g.record_count >= ${raw(String(least))} ${found}
      ${
        connectionId === undefined
          ? empty
          : sql`and exists (select from golden.crosswalk c where c.golden_id = g.golden_id and c.connection_id = ${connectionId})`
      }
      ${after !== undefined && size === null ? sql`and g.golden_id > ${after}` : empty}
      ${size === null ? empty : sql`and (g.record_count < ${size} or (g.record_count = ${size} and g.golden_id > ${after}))`}
      order by ${order} limit ${page.limit + 1})`);
  }
  if (parts.length === 0) return { data: [], next: null };
  const rows = await db.query(sql`/* duplicates.list */ with page as (
      select * from (${join(parts, ' union all ')}) g order by ${order} limit ${page.limit + 1})
    select golden_id, entity, record_count,
      (select coalesce(array_agg(distinct object), '{}') from golden.crosswalk c where c.golden_id = page.golden_id) as objects
    from page order by ${order}`);
  const list = toPage(camelRows<Omit<Duplicate, 'label'>>(rows), page, ({ goldenId, recordCount }) =>
    sort === 'largest' ? [String(recordCount), goldenId] : [goldenId],
  );
  const labels = await goldenNames(db, named, list.data);
  return { ...list, data: list.data.map((row) => ({ ...row, label: labels.get(row.goldenId) ?? null })) };
}

/** Fewer digits are no part of a phone that one would know by it. */
const [leastDigits, mostDigits] = [5, 8];

/** The golden ids that the words stand for: ids as they are, else parts of what is published. */
async function searchSql(db: Queryable, entities: EntityDefinition[], search: string): Promise<Sql> {
  const words = search.trim();
  const parts = [
    sql`select ${words}`,
    // Reports of Salesforce show ids of 15 letters. Asked entity by entity and org by org, the key of the table leads to each.
    sql`select x.golden_id from unnest(${entities.map(({ name }) => name)}::text[]) e(entity) cross join control.connection o
      join golden.crosswalk x on x.entity = e.entity and x.connection_id = o.id and x.id = mirror.id18(${words})`,
  ];
  // The last digits are those of a number however its country and area are written.
  const digits = words.replaceAll(/\D/g, '').slice(-mostDigits);
  const isNumber = /^[+\d][\d ()/.-]+$/.test(words) && digits.length >= leastDigits;
  const patterns = [`%${words.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`, ...(isNumber ? [`%${digits}%`] : [])];
  for (const entity of entities) {
    if (!(await tableExists(db, 'golden', entity.name))) continue;
    // A few digits are in many phones, and no number that somebody looks for.
    const beside = isNumber ? empty : sql`and ${searchText(entity, false)} like any (${patterns})`;
    parts.push(sql`select golden_id from ${identifier('golden', entity.name)}
      where ${searchText(entity)} like any (${patterns}) ${beside}`);
  }
  return join(parts, ' union ');
}
