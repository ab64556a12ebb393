/** Records of one object become what is to be written beside them in Salesforce: whom they stand for, copy of which, what is stale, how good. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import { type Definitions, objectNamed, ownEntity } from '../model/definitions.ts';
import { mastersSql } from './master.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { recordScores } from './score-segments.ts';

export type Flags = {
  salesforceId: string;
  /** Null: it stands for nobody. */
  goldenId: string | null;
  /** Records of the object that stand for the same. */
  groupSize: number;
  /** The record it is a copy of: the one to stay when they are merged; null of that one, and of one without copies. */
  duplicateOf: string | null;
  /** API names of the fields that are stale. */
  staleFields: string[];
  /** Null: no rule applies. */
  score: number | null;
  openFindingCount: number;
};

/** By id. @param connectionId whose records @throws DomainError `request-refused` */
export async function recordFlags(
  db: Queryable,
  definitions: Definitions,
  { connectionId, object: name }: { connectionId: string; object: string },
  page: PageRequest,
): Promise<Page<Flags>> {
  const object = objectNamed(definitions, name);
  if (!(await tableExists(db, 'standard', object.table))) return { data: [], next: null };
  const entity = ownEntity(definitions, object);
  type Row = Pick<Flags, 'salesforceId' | 'goldenId' | 'staleFields' | 'openFindingCount'>;
  const rows = await db.query<Row>(sql`/* flags.rows */
    select r.id as "salesforceId", ${entity ? sql`x.golden_id` : sql`null::text`} as "goldenId",
      coalesce(f.stale, '{}') as "staleFields", coalesce(f.n, 0)::int as "openFindingCount"
    from (select * from ${identifier('standard', object.table)} r where r.connection_id = ${connectionId} and r.is_deleted is not true
      ${page.after ? sql`and r.id > ${page.after[0]}` : empty} order by r.id limit ${page.limit + 1}) r
    ${entity ? sql`left join golden.crosswalk x on x.entity = ${entity.name} and x.connection_id = r.connection_id and x.id = r.id` : empty}
    left join lateral (select count(*) as n, array_agg(distinct o.field order by o.field) filter (where o.is_stale and o.field is not null) as stale
      from quality.finding o where o.connection_id = r.connection_id and o.record_id = r.id and o.closed_at is null and not o.is_waived) f on true
    order by r.id`);
  const { data, next } = toPage(rows, page, (row) => [row.salesforceId]);
  const apiNames = new Map(Object.entries(object.fields).map(([column, { from }]) => [column, [from].flat()[0]!]));
  const scores = await recordScores(db, definitions, {
    connectionId,
    object: name,
    recordIds: data.map((row) => row.salesforceId),
  });
  const goldenIds = [...new Set(data.flatMap(({ goldenId }) => goldenId ?? []))];
  const groups =
    entity && goldenIds.length > 0
      ? await db.query<{ golden_id: string; master: string; n: number }>(sql`/* flags.masters */
        with ${mastersSql({ connectionId, object, entity }, goldenIds)}
        select golden_id, max(id) filter (where place = 1) as master, count(*)::int as n from candidate group by golden_id`)
      : [];
  const byGolden = new Map(groups.map((group) => [group.golden_id, group]));
  return {
    data: data.map((row): Flags => {
      const group = row.goldenId === null ? undefined : byGolden.get(row.goldenId);
      const isCopy = group !== undefined && group.n > 1 && group.master !== row.salesforceId;
      return {
        ...row,
        groupSize: group?.n ?? 0,
        duplicateOf: isCopy ? group.master : null,
        staleFields: row.staleFields.map((field) => apiNames.get(field) ?? field),
        score: scores.get(row.salesforceId) ?? null,
      };
    }),
    next,
  };
}
