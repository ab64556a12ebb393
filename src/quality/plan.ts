/** Rules become faults before anything starts: a rule that PostgreSQL cannot plan must not run. */
import sql from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import type { Fault } from '../model/errors.ts';
import { verdictsSql } from './row.ts';
import { ownerObject, standardExists } from './subject.ts';

/** One fault per rule that does not plan. Rules of objects that were never synced cannot be planned and are passed over. */
export async function ruleFaults(db: Db, definitions: Definitions, now: Date): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const object of definitions.objects) {
    if (!(await standardExists(db, object))) continue;
    const scope = { connectionId: '', now, until: now, object, users: await ownerObject(db, definitions) };
    for (const rule of definitions.rules.filter((one) => one.object === object.name)) {
      try {
        await db.query(sql`/* score.plan */ explain ${verdictsSql({ ...scope, rules: [rule] }, null)}`);
      } catch (error) {
        faults.push({ pointer: `config/rules/${rule.id}.ts`, message: (error as Error).message });
      }
    }
  }
  return faults;
}
