/** A day that passed becomes what rows add to cells now and did not, and whether a period began with it. */
import { escapeLiteral } from 'pg';
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { asOf } from '../../metrics/calendar.ts';
import { type CellSet, noteCells } from './metric-cells.ts';

/**
 * Notes what rows added on the day `before` and what they add today, where that is another.
 * @param few so many and a quarter of all are noted one by one
 * @returns false where there are more: then nothing is noted
 */
export async function noteOtherDay(tx: Transaction, set: CellSet, before: string, few: number): Promise<boolean> {
  const { cells, rows } = set;
  const table = `unified.${rows.fact.from}`;
  const [now] = await tx.query<{ today: string }>(
    sql`/* publish.today */ select current_setting('assay.as_of') as today`,
  );
  const { today } = now!;
  const day = (of: string) => `date ${escapeLiteral(of)}`;
  await tx.query(sql`/* publish.other_day */ create temporary table other_day on commit drop as
    ${raw(cells.otherOn(day(before), day(today)))}`);
  const [count] = await tx.query<{ is_many: boolean }>(sql`/* publish.other_day */ select
    (select count(*) from pg_temp.other_day) > ${few} + (select count(*) from ${raw(table)}) / 4 as is_many`);
  if (!count!.is_many) {
    const others = `(select * from ${table} f where f.ctid = any (array(select at from touched)))`;
    for (const [sign, on] of [
      [-1, before],
      [1, today],
    ] as const) {
      await tx.query(sql`/* publish.today */ select set_config('assay.as_of', ${on}, true)`);
      await noteCells(tx, set, sign, others, sql`select at from pg_temp.other_day`);
    }
  }
  await tx.query(sql`/* publish.drop */ drop table pg_temp.other_day`);
  return !count!.is_many;
}

/** Whether a period begins on a day after one of these two, the day before and today, up to the other. */
export async function beginsSince(tx: Transaction, before: string): Promise<boolean> {
  const [row] = await tx.query<{ is: boolean }>(sql`/* publish.begins */ select
    date_trunc('month', ${before}::date) <> date_trunc('month', ${raw(asOf)}) or exists (select from unified.dim_date
      where date > least(${before}::date, ${raw(asOf)}) and date <= greatest(${before}::date, ${raw(asOf)})
        and date in (fiscal_quarter_start, fiscal_year_start)) as is`);
  return row!.is;
}
