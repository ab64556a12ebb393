/** The records of golden records are read in the order of their golden ids, so that each golden record is whole when its turn comes. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { Member, Time } from './candidate.ts';
import type { ObjectLayout } from './layout.ts';

export type GoldenMembers = { goldenId: string; members: Member[] };

/** Rows a fetch: more are no faster and take memory, fewer wait for their way there and back. */
const fetchedRows = 1000;

type Row = [
  goldenId: string,
  connectionId: string,
  object: string,
  id: string,
  modifiedAt: Time | null,
  history: Member['history'],
  ...values: (string | null)[],
];
const fixedColumns = 6;

/** Of a few golden ids. */
export async function readMembers(
  tx: Transaction,
  entity: EntityDefinition,
  layouts: ObjectLayout[],
  ids: string[],
): Promise<GoldenMembers[]> {
  const rows = await tx.query(asArrays(sql`/* survive.members */ ${membersSql(entity, layouts, ids)}`));
  return [...grouping(layouts).add(rows as unknown as Row[], true)];
}

/**
 * Of many golden ids, or of all of them, a part at a time: a million records at once would take a gigabyte.
 * @param ids null for all
 */
export async function* streamMembers(
  tx: Transaction,
  entity: EntityDefinition,
  layouts: ObjectLayout[],
  ids: string[] | null,
): AsyncGenerator<GoldenMembers[]> {
  // All rows are wanted, so a plan that is quick to the first is no use; the sort of a million wide rows spills at 4 MB.
  await tx.query(sql`/* survive.settings */ select set_config('cursor_tuple_fraction', '1', true),
    set_config('work_mem', '64MB', true)`);
  await tx.query(sql`/* survive.members */ declare members no scroll cursor for ${membersSql(entity, layouts, ids)}`);
  const groups = grouping(layouts);
  for (;;) {
    const rows = await tx.query(asArrays(sql`/* survive.fetch */ fetch ${raw(String(fetchedRows))} from members`));
    const isLast = rows.length < fetchedRows;
    yield [...groups.add(rows as unknown as Row[], isLast)];
    if (isLast) break;
  }
  await tx.query(sql`/* survive.close */ close members`);
}

/** Rows as arrays, half the work for wide ones. */
const asArrays = (statement: Sql): Sql => Object.assign(statement, { rowMode: 'array' });

/** Rows in the order of golden ids into whole golden records; the last of a part waits for the next part. */
function grouping(layouts: ObjectLayout[]) {
  const memberOf = memberReader(layouts);
  let open: GoldenMembers | null = null;
  return {
    *add(rows: Row[], isLast: boolean): Generator<GoldenMembers> {
      for (const row of rows) {
        if (open && open.goldenId !== row[0]) {
          yield open;
          open = null;
        }
        open ??= { goldenId: row[0], members: [] };
        open.members.push(memberOf(row));
      }
      if (isLast && open) yield open;
    },
  };
}

function memberReader(layouts: ObjectLayout[]): (row: Row) => Member {
  const byObject = new Map(layouts.map((layout) => [layout.object, layout]));
  const doubtsAt = fixedColumns + widest(layouts, ({ sources }) => sources);
  return (row) => {
    const [, connectionId, object, id, modifiedAt, history] = row;
    const layout = byObject.get(object) ?? null;
    return {
      connectionId,
      object,
      id,
      modifiedAt,
      history,
      values: row.slice(fixedColumns, doubtsAt) as Member['values'],
      doubts: row.slice(doubtsAt) as unknown as Member['doubts'],
      layout,
    };
  };
}

/** As many columns as the object with most of them needs; of the others some stay null. */
const widest = (layouts: ObjectLayout[], of: (layout: ObjectLayout) => readonly unknown[]): number =>
  Math.max(0, ...layouts.map((layout) => of(layout).length));

function membersSql(entity: EntityDefinition, layouts: ObjectLayout[], ids: string[] | null): Sql {
  const valueCount = widest(layouts, ({ sources }) => sources);
  const doubtCount = widest(layouts, ({ doubts }) => doubts);
  const padded = (columns: Sql[], count: number, type: string) =>
    Array.from({ length: count }, (_, at) => sql`, ${columns[at] ?? sql`null`}::${raw(type)}`);
  const columns = (values: Sql[], doubts: Sql[]) => {
    const all = [...padded(values, valueCount, 'text'), ...padded(doubts, doubtCount, 'boolean')];
    return all.length === 0 ? empty : join(all, '');
  };
  const mine = sql`x.entity = ${entity.name} ${within(sql`x.golden_id`, ids)}`;
  const parts = layouts.map((layout) => {
    const values = layout.sources.map(({ column, isDay }) =>
      isDay ? sql`${identifier('r', column)}::date` : identifier('r', column),
    );
    const doubts = layout.doubts.map(([, doubt]) => sql`(${raw(doubt)})`);
    return sql`select x.golden_id, x.connection_id, x.object, x.id, ${utc(sql`coalesce(f.modified_at, r.modified_at)`)}, h.history${columns(values, doubts)}
      from golden.crosswalk x
      left join ${identifier('standard', layout.table)} r on r.connection_id = x.connection_id and r.id = x.id
      left join mirror.first_seen f on f.connection_id = x.connection_id and f.object = x.object and f.record_id = x.id
      left join ${history(layout, ids)} where ${mine} and x.object = ${layout.object}`;
  });
  const known = layouts.map(({ object }) => object);
  // They count, though they say nothing.
  const others = sql`select x.golden_id, x.connection_id, x.object, x.id, null::text, null::jsonb${columns([], [])}
    from golden.crosswalk x where ${mine} and not x.object = any (${known}::text[])`;
  return sql`${join([...parts, others], ' union all ')} order by 1`;
}

/** What the mirror saw of the values of `x`, a record of the object, as `h`. */
function history({ object, sources }: ObjectLayout, ids: string[] | null): Sql {
  const fields = sources.map(({ apiName }) => apiName);
  const seen = sql`jsonb_object_agg(field, jsonb_build_array(${utc(sql`value_since`)}, value_since_is_bound, ${utc(sql`last_confirmed_at`)})) as history
    from mirror.field_history where object = ${object} and field = any (${fields}::text[])`;
  return ids === null
    ? sql`(select connection_id, record_id, ${seen} group by connection_id, record_id) h
        on h.connection_id = x.connection_id and h.record_id = x.id`
    : sql`lateral (select ${seen} and connection_id = x.connection_id and record_id = x.id) h on true`;
}

const utc = (time: Sql): Sql => sql`(${time} at time zone 'UTC')::text`;

/** Limits to golden ids; null for all. An array, since the planner knows its length and then goes by index. */
export function within(column: Sql, ids: readonly string[] | null): Sql {
  return ids === null ? empty : sql`and ${column} = any (${ids}::text[])`;
}
