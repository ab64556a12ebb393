/** People who were deleted in Salesforce are forgotten here after a while: long enough for an undelete to bring them back. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import { systemActor } from '../model/actor.ts';
import type { Definitions } from '../model/definitions.ts';
import { openForgetting } from './forgetting.ts';

const retention = systemActor('retention');

/** Opens one forgetting for all that are due. @param days since they left Salesforce; 0: never. @returns its id, or null */
export async function forgetDeleted(db: Db, definitions: Definitions, days: number, now: Date): Promise<string | null> {
  if (days === 0) return null;
  const before = new Date(now.getTime() - days * 86_400_000);
  return db.transaction(async (tx) => {
    const tables = await tx.query<{ object: string; table: string }>(
      sql`/* deleted.tables */ select distinct object, table_name as "table" from mirror.object`,
    );
    const due = tables.flatMap(({ object, table }): Sql[] => {
      const definition = definitions.objects.find(({ name }) => name === object);
      if (!definition?.entities.person) return [];
      // Accounts are people only where they were taken for some: a company stays, its deals need it.
      return [
        sql`select t.connection_id, ${object}::text as object, t.id from ${identifier('mirror', table)} t
          where t._deleted_at < ${before} and t._deleted_reason in ('deleted', 'absent', 'merged')
            and exists (select from golden.membership m where m.connection_id = t.connection_id and m.id = t.id and m.entity = 'person')
            and not exists (select from control.forgotten f where f.connection_id = t.connection_id and f.record_id = t.id)`,
      ];
    });
    if (due.length === 0) return null;
    const [some] = await tx.query(sql`/* deleted.some */ select from (${join(due, ' union all ')}) d limit 1`);
    if (!some) return null;
    const id = await openForgetting(tx, { subject: 'deleted', reference: null }, retention, now);
    const noted =
      await tx.query(sql`/* deleted.note */ insert into control.forgotten (connection_id, object, record_id, forgetting_id)
      select connection_id, object, id, ${id} from (${join(due, ' union all ')}) d on conflict do nothing returning 1`);
    await tx.query(
      sql`/* deleted.count */ update control.forgetting set record_count = ${noted.length} where id = ${id}`,
    );
    return id;
  });
}
