/** Of each object whether all its records are here, as Salesforce counts them, and why that is not sure. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { camelRows } from './rows.ts';

export type RecordCount = {
  object: string;
  heldCount: number;
  salesforceCount: number | null;
  complete: 'yes' | 'no' | 'unknown';
  because: string | null;
  comparedAt: Date;
};

/** By object; nothing before the first publication. */
export async function recordCounts(db: Queryable, connectionId: string): Promise<RecordCount[]> {
  if (!(await tableExists(db, 'unified', 'record_count'))) return [];
  return camelRows<RecordCount>(
    await db.query(sql`/* record_counts.list */ select object, held_count::float8 as held_count,
      salesforce_count::float8 as salesforce_count, complete, because, compared_at
    from unified.record_count where connection_id = ${connectionId} order by object`),
  );
}

/** As complete as the least of the objects named. */
export function completenessOf(
  counts: readonly RecordCount[],
  objects: readonly string[],
): Pick<RecordCount, 'complete' | 'because'> {
  const own = objects.map((object) => {
    const found = counts.find((one) => one.object === object);
    const unasked = `Salesforce was not asked how many ${object} records it has`;
    return found ?? { complete: 'unknown' as const, because: unasked };
  });
  const lacking = (['no', 'unknown'] as const).flatMap((state) => own.filter(({ complete }) => complete === state));
  if (lacking.length === 0) return { complete: 'yes', because: null };
  return { complete: lacking[0]!.complete, because: lacking.map(({ because }) => because).join('; ') };
}
