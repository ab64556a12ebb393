/** How much waits for people: incidents, pairs to review, groups of duplicates, findings. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
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
    db.query(sql`/* queues.duplicates */ select entity, count(*)::int as group_count, sum(records)::int as record_count
      from (select entity, golden_id, count(*) as records from golden.crosswalk
        where connection_id = ${connectionId} group by entity, golden_id having count(*) > 1) g group by entity order by entity`),
    countFindings(db, definitions, { filter: open, withNames: false, now }, 'severity'),
  ]);
  const found = (value: string) => findings.find((one) => one.value === value)?.count ?? 0;
  return {
    incidentCount: incidents[0]!.count,
    reviews: camelRows<QueueLengths['reviews'][number]>(reviews),
    duplicates: camelRows<QueueLengths['duplicates'][number]>(duplicates),
    findingCount: found('warn') + found('critical'),
    criticalFindingCount: found('critical'),
  };
}
