/** A fresh database becomes one with the published tables and views of these definitions, all empty. */
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { facts } from '../../src/metrics/read-facts.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { ensureGoldenTables } from '../../src/pipeline/survive/table.ts';
import { stageContext } from '../../bench/stage-context.ts';
import { createTables } from '../../src/pipeline/standardise/tables.ts';

/** @returns the columns of each table of schema unified */
export async function emptyPublished(db: Db, definitions: Definitions) {
  await db.transaction((tx) => createTables(tx, definitions));
  await db.transaction((tx) => ensureGoldenTables(tx, definitions.entities));
  await publish(stageContext({ db, definitions }));
  // What there is of no records, such as totals without a value, is not there.
  await db.query(sql`truncate unified.metric_stored, unified.dim_date`);
  // What facts read as a view stands as a table, which an example can fill.
  const views = await db.query<{ name: string }>(sql`select relname as name from pg_class
    where relnamespace = 'unified'::regnamespace and relkind = 'v' and relname = any (${facts.map(({ from }) => from)}::text[])`);
  for (const { name } of views) {
    await db.query(raw(`create table unified.stand_in as table unified.${name} with no data`));
    await db.query(raw(`drop view unified.${name} cascade`));
    await db.query(raw(`alter table unified.stand_in rename to ${name}`));
  }
  const found = await db.query<{ table: string; name: string; type: string; isKey: boolean }>(sql`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as "isKey"
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'unified'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by a.attnum`);
  return Map.groupBy(found, ({ table }) => table);
}
