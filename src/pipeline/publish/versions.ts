/** What changed in published deals becomes versions of them, which are kept: any day can be rebuilt, and stays as it was published. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { readKept } from '../../marts/read.ts';
import { limited } from './part.ts';

const columns = [
  'connection_id',
  'opportunity_id',
  'valid_from',
  'valid_to',
  'name',
  'account_id',
  'owner_id',
  'stage_name',
  'forecast_category',
  'close_on',
  'amount',
  'amount_clean',
  'amount_record',
  'currency',
  'is_closed',
  'is_won',
  'is_deleted',
  'counts_in_clean',
  'created_at',
  'source',
].map((name) => identifier(name));

/**
 * Adds what deals have become since the last publication.
 * @param made SQL of the keys of deals that were published again: others are as they were
 * @param note is given SQL of the keys of these deals, before their versions are another and after
 * @returns versions added
 */
export async function keepVersions(
  tx: Transaction,
  made: Sql | 'all',
  note: (deals: Sql, sign: -1 | 1) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const select = await readKept('opportunity_version');
  await tx.query(sql`/* publish.fresh_versions */ create temporary table fresh_version on commit drop as
    ${made === 'all' ? raw(select) : sql`with touched as materialized (${made}) ${sql`select * from (${raw(limited({ key: [], rows: [], select }))}) v`}`}`);
  const deals = sql`select distinct connection_id, opportunity_id from pg_temp.fresh_version`;
  await note(deals, -1);
  await tx.query(sql`/* publish.end_versions */ update history.opportunity_version v set valid_to = f.valid_from
    from (select connection_id, opportunity_id, min(valid_from) as valid_from from pg_temp.fresh_version group by 1, 2) f
    where v.connection_id = f.connection_id and v.opportunity_id = f.opportunity_id and v.valid_to is null`);
  const [added] = await tx.query<{ count: number }>(sql`/* publish.add_versions */ with added as (
      insert into history.opportunity_version (${join(columns)}) select ${join(columns)} from pg_temp.fresh_version returning 1)
    select count(*)::int as count from added`);
  await note(deals, 1);
  await tx.query(sql`/* publish.drop */ drop table pg_temp.fresh_version`);
  return added!.count;
}
