/** A message about an incident into the outbox, one a revision. */
import sql from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import type { SlackMessage } from '../../model/notifier.ts';

export type Outgoing = {
  incidentId: string;
  revision: number;
  kind: 'open' | 'update' | 'resolve';
  message: SlackMessage;
  /** ISO 8601 */
  now: string;
};

export async function enqueue(tx: Transaction, { incidentId, revision, kind, message, now }: Outgoing): Promise<void> {
  await tx.query(sql`/* alert.message */ insert into alert.message (key, incident_id, kind, payload, not_before, created_at)
    values (${`${incidentId}:${revision}`}, ${incidentId}, ${kind}, ${JSON.stringify(message)},
      ${now}::timestamptz, ${now}::timestamptz)`);
}
