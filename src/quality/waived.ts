/** The waivers that stand for an object, as judging needs them. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { Waivers } from './row.ts';

/** Those that have ended are among them: the clock of judging says which. A segment of a column that is no more counts for nothing. */
export async function waiversOf(
  db: Queryable,
  connectionId: string,
  object: ObjectDefinition,
): Promise<Waivers | null> {
  const [row] = await db.query<Waivers>(sql`/* score.waivers */ select
    coalesce(bool_or(record_id is not null), false) as "ofRecords",
    coalesce(jsonb_agg(jsonb_build_object('ruleId', rule_id, 'column', segment_column, 'value', segment_value, 'until', until_at) order by id)
      filter (where record_id is null), '[]') as "ofSegments"
    from review.waiver where connection_id = ${connectionId} and object = ${object.name} and lifted_at is null`);
  const ofSegments = row!.ofSegments.filter(({ column }) => column in object.fields || column === 'created_by_id');
  return row!.ofRecords || ofSegments.length > 0 ? { ofRecords: row!.ofRecords, ofSegments } : null;
}
