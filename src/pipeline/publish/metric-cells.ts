/** What rows of facts add up to is kept in cells: rows that changed change theirs by what they were and what they are, and no other row is read. */
import { escapeLiteral } from 'pg';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { type Basis, cellColumns, cellKey, type Cells } from '../../metrics/count.ts';
import { type MetricStep, published } from '../../metrics/plan.ts';

const kept = 'pipeline.metric_cell';
/** Of rows that changed what each added before, and adds now. */
const moved = 'pg_temp.moved_cell';

/** Cells that are kept together: of a step of measuring, or of its bases between raw and clean. */
export type CellSet = { name: string; step: string; rows: NonNullable<MetricStep['rows']>; cells: Cells };

type Measured = Pick<MetricStep, 'rows' | 'cells'>;

/** @returns null for what is not made of rows of one fact */
export function cellSet(
  name: string,
  step: string,
  { rows, cells }: Measured,
  bases: readonly Basis[],
): CellSet | null {
  return rows === null || cells === null || bases.length === 0 ? null : { name, step, rows, cells: cells(bases) };
}

export const stepSet = (step: MetricStep, bases: readonly Basis[] = published): CellSet | null =>
  cellSet(step.name, step.name, step, bases);

const columns = raw(cellColumns.join(', '));
const key = raw(cellKey.join(', '));
const same = (one: string, other: string) =>
  raw(cellKey.map((name) => `${one}.${name} = ${other}.${name}`).join(' and '));
const ofSet = (name: string, bases: string) => `(select * from ${kept} where step = ${escapeLiteral(name)} ${bases})`;

/** A select of the values in the places of `keys`, or in all, as the cells that are kept say. @param basis of this one alone */
export const valuesOfCells = ({ name, cells }: CellSet, keys: string | null, basis?: string): string =>
  cells.roll(ofSet(name, basis === undefined ? '' : `and basis = ${escapeLiteral(basis)}`), keys);

/** Adds all rows up again. */
export async function refillCells(tx: Transaction, { name, cells }: CellSet): Promise<void> {
  await tx.query(sql`/* cells.clear */ delete from ${raw(kept)} where step = ${name}`);
  await tx.query(
    sql`/* cells.fill */ insert into ${raw(kept)} (step, ${columns}) select ${name}, ${columns} from (${raw(cells.select())}) c`,
  );
}

/** Of what is measured no more. */
export async function dropOtherCells(tx: Transaction, names: readonly string[]): Promise<void> {
  await tx.query(sql`/* cells.gone */ delete from ${raw(kept)} where step <> all (${[...names]}::text[])`);
}

export async function makeMovedCells(tx: Transaction): Promise<void> {
  await tx.query(sql`/* cells.make */ create temporary table moved_cell on commit drop as
    select step, 0 as sign, ${columns} from ${raw(kept)} with no data`);
}

/** What some rows of a fact add: -1 before they change, 1 after. @param from SQL of them, over `touched` */
export async function noteCells(
  tx: Transaction,
  { name, cells }: CellSet,
  sign: -1 | 1,
  from: string,
  touched: Sql,
): Promise<void> {
  await tx.query(sql`/* cells.note */ with touched as materialized (${touched})
    insert into ${raw(moved)} select ${name}, ${sign}::int, ${columns} from (${raw(cells.select(from))}) c`);
}

/** The same as one value of a statement that changes the rows itself, to be noted after it. */
export const cellsNow = ({ cells }: CellSet, from: string): Sql =>
  sql`(select coalesce(jsonb_agg(to_jsonb(c)), '[]') from (${raw(cells.select(from))}) c)`;

export async function noteFound(tx: Transaction, { name }: CellSet, sign: -1 | 1, found: object[]): Promise<void> {
  await tx.query(sql`/* cells.note */ insert into ${raw(moved)} select ${name}, ${sign}::int, ${columns}
    from jsonb_populate_recordset(null::${raw(kept)}, ${JSON.stringify(found)}::jsonb) c`);
}

/**
 * Brings the cells that are kept to what the rows are now.
 * @param places table that gets step, dimension, connection_id, key, period_kind, period and period_start of where anything is another
 */
export async function settleCells(tx: Transaction, { name, cells }: CellSet, places: string | null): Promise<void> {
  const each = (count: number, of: (i: number) => string) =>
    Array.from({ length: count }, (_, at) => of(at + 1)).join(', ');
  const { summed, listCount } = cells;
  const measureCount = summed.length;
  const added = (column: string) =>
    `array[${each(measureCount, (i) => `coalesce(o.${column}[${i}], 0) + d.${column}[${i}]`)}]`;
  const sums = each(measureCount, (i) =>
    summed[i - 1]
      ? `case when coalesce(o.known_counts[${i}], 0) + d.known_counts[${i}] > 0 then coalesce(o.sums[${i}], 0) + d.sums[${i}] end`
      : 'null',
  );
  const lists = each(
    listCount,
    (
      i,
    ) => `case when l.plus_${i} is null and l.minus_${i} is null then o.lists[${i}] else (select array_agg(v order by v collate "C")::text from (
        select unnest(o.lists[${i}]::text[] || l.plus_${i}) as v except all select unnest(l.minus_${i})) x) end`,
  );
  const listed = `listed as materialized (
      select ${cellKey.join(', ')}, ${each(listCount, (i) => `array_agg(v) filter (where place = ${i} and times > 0) as plus_${i}, array_agg(v) filter (where place = ${i} and times < 0) as minus_${i}`)}
      from (
        select ${cellKey.join(', ')}, u.place, v, sum(times)::int as times
        from live cross join lateral unnest(lists) with ordinality u (list, place) cross join lateral unnest(u.list::text[]) v
        group by ${cellKey.join(', ')}, u.place, v having sum(times) <> 0
      ) x cross join lateral generate_series(1, abs(times))
      group by ${cellKey.join(', ')}
    ),`;
  const rest = cellColumns.filter((column) => !cellKey.includes(column));
  const placed =
    places === null
      ? empty
      : sql`, placed as (insert into ${raw(places)} select ${name}::text, p.* from (${raw(cells.places('delta'))}) p)`;
  await tx.query(sql`/* cells.settle */ with live as materialized (
      select ${columns}, sum(sign)::int as times from ${raw(moved)} where step = ${name} group by ${columns} having sum(sign) <> 0
    ),
    ${raw(listCount > 0 ? listed : '')}
    delta as materialized (
      select ${key}, sum(times * row_count)::bigint as row_count, sum(times * known)::bigint as known,
        array[${raw(each(measureCount, (i) => `sum(times * counts[${i}])::bigint`))}] as counts,
        array[${raw(each(measureCount, (i) => `sum(times * known_counts[${i}])::bigint`))}] as known_counts,
        array[${raw(each(measureCount, (i) => `coalesce(sum(times * sums[${i}]), 0)`))}] as sums
      from live group by ${key}
    ),
    old as materialized (
      select o.*, o.ctid as at from delta d cross join lateral (
        select *, ctid from ${raw(kept)} o where o.step = ${name} and ${same('o', 'd')} offset 0
      ) o
    ),
    fresh as materialized (
      select ${raw(cellKey.map((column) => `d.${column}`).join(', '))}, o.at, coalesce(o.row_count, 0) + d.row_count as row_count,
        coalesce(o.known, 0) + d.known as known, ${raw(added('counts'))} as counts, ${raw(added('known_counts'))} as known_counts,
        array[${raw(sums)}]::numeric[] as sums, array[${raw(lists)}]::text[] as lists
      from delta d left join old o on ${same('o', 'd')}
      ${raw(listCount > 0 ? `left join listed l on ${cellKey.map((column) => `l.${column} = d.${column}`).join(' and ')}` : '')}
    ),
    gone as (delete from ${raw(kept)} where ctid = any (array(select at from fresh where row_count = 0 and at is not null)))
    ${placed}
    insert into ${raw(kept)} (step, ${columns}) select ${name}, ${columns} from fresh where row_count <> 0
    on conflict (step, ${key}) do update set ${raw(rest.map((column) => `${column} = excluded.${column}`).join(', '))}`);
}
