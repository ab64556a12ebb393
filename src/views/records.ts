/** A Salesforce id becomes what is known of the record: its standardised values, who it stands for, and what is wrong with it. */
import sql, { join } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import type { Definitions } from '../model/definitions.ts';
import { type Finding, openFindings } from './findings.ts';
import { recordScore, type Segment } from './score-segments.ts';
import { camelRows, standardised } from './rows.ts';

type Found = { object: string; fields: Record<string, unknown> };
export type RecordStory = Found & {
  salesforceId: string;
  identities: { entity: string; goldenId: string }[];
  findings: Finding[];
  /** Null: it was never judged. */
  quality: Pick<Segment, 'score' | 'applicableCount' | 'violatedCount'> | null;
};

/** Null when no synced object has the record. @param id of 18 characters */
export async function recordStory(
  db: Queryable,
  definitions: Definitions,
  { connectionId, id, now }: { connectionId: string; id: string; now: Date },
): Promise<RecordStory | null> {
  const found = await find(db, definitions, connectionId, id);
  if (!found) return null;
  const identities = await db.query(sql`/* records.identities */ select entity, golden_id from golden.crosswalk
    where connection_id = ${connectionId} and id = ${id} order by entity`);
  const findings = await openFindings(db, definitions, { connectionId, recordId: id, now });
  const quality = await recordScore(db, definitions, { connectionId, object: found.object, recordId: id });
  return { salesforceId: id, ...found, identities: camelRows(identities), findings, quality };
}

/** The key prefix would name the object, but custom objects have prefixes of their own; a look-up each is as fast. */
async function find(db: Queryable, { objects }: Definitions, connectionId: string, id: string) {
  const lookups = (await standardised(db, objects, ({ table }) => table)).map(
    (object) => sql`select ${object.name} as object, to_jsonb(r) - 'connection_id' - '_version' as fields
      from ${identifier('standard', object.table)} r where r.connection_id = ${connectionId} and r.id = ${id}`,
  );
  if (lookups.length === 0) return undefined;
  const [row] = await db.query<Found>(sql`/* records.find */ ${join(lookups, ' union all ')} limit 1`);
  return row;
}
