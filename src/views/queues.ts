/** How much waits for people: incidents, pairs to review, groups of duplicates, findings. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import type { Definitions } from '../model/definitions.ts';
import { countFindings } from './findings.ts';
import { camelRows } from './rows.ts';

export type QueueLengths = {
  /** Not resolved, the muted ones included. */
  incidentCount: number;
  reviews: { entity: string; count: number; openAmount: number }[];
  duplicates: { entity: string; groupCount: number; recordCount: number }[];
  findingCount: number;
  criticalFindingCount: number;
};

/** Groups of several records, whichever orgs they are of. */
async function groupsOf(db: Queryable, { entities }: Definitions): Promise<QueueLengths['duplicates']> {
  const parts: Sql[] = [];
  for (const { name } of entities) {
    // Its table is made by the first sync.
    if (!(await tableExists(db, 'golden', name))) continue;
    parts.push(sql`select ${name} as entity, count(*)::int as group_count, sum(record_count)::int as record_count
      from ${identifier('golden', name)} where record_count >= 2 having count(*) > 0`);
  }
  if (parts.length === 0) return [];
  return camelRows(await db.query(sql`/* queues.duplicates */ ${join(parts, ' union all ')} order by entity`));
}

export async function queueLengths(
  db: Queryable,
  definitions: Definitions,
  { connectionId, now }: { connectionId: string; now: Date },
): Promise<QueueLengths> {
  const open = { state: 'open', connectionId } as const;
  const [incidents, reviews, duplicates, findings] = await Promise.all([
    db.query<{ count: number }>(
      sql`/* queues.incidents */ select count(*)::int as count from alert.incident where state <> 'resolved'`,
    ),
    db.query(sql`/* queues.reviews */ select entity, count(*)::int as count,
      coalesce(sum(open_amount::numeric), 0)::float8 as open_amount from golden.review_item group by entity order by entity`),
    groupsOf(db, definitions),
    countFindings(db, definitions, { filter: open, withNames: false, now }, 'severity'),
  ]);
  const found = (value: string) => findings.find((one) => one.value === value)?.count ?? 0;
  return {
    incidentCount: incidents[0]!.count,
    reviews: camelRows<QueueLengths['reviews'][number]>(reviews),
    duplicates,
    findingCount: found('warn') + found('critical'),
    criticalFindingCount: found('critical'),
  };
}
