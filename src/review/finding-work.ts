/** Who corrects a finding, how far that is, and what is said about it. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import { expectRevision } from '../control/revision.ts';
import type { Db } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';

export type FindingChange = {
  /** Salesforce id of a user; null: nobody. Left out, it stays. */
  assigneeId?: string | null | undefined;
  state?: 'new' | 'in-progress' | 'blocked' | undefined;
  comment?: string | undefined;
};

/**
 * @param expected how many notes whoever changes it has seen; null: however many there are
 * @throws DomainError `not-found`; `version-outdated`; `request-refused` for an assignee who is no user of the org
 */
export async function workOn(
  db: Db,
  { findingId, change, by, expected }: { findingId: string; change: FindingChange; by: Actor; expected: number | null },
  now: Date,
): Promise<void> {
  const { assigneeId, state, comment } = change;
  await db.transaction(async (tx) => {
    const [found] = await tx.query<{
      connection_id: string;
    }>(sql`/* finding.hold */ select connection_id from quality.finding
      where id = ${findingId} for key share`);
    if (!found) throw new DomainError('not-found', `There is no finding ${findingId}.`);
    if (assigneeId) {
      const [user] = (await tableExists(tx, 'standard', 'user'))
        ? await tx.query(sql`/* finding.user */ select from standard."user"
            where connection_id = ${found.connection_id} and id = ${assigneeId}`)
        : [];
      if (!user) {
        const message = 'is no user of the org';
        throw new DomainError('request-refused', `/assigneeId ${message}.`, {
          faults: [{ pointer: '/assigneeId', message }],
        });
      }
    }
    const isAssigned = assigneeId !== undefined;
    await tx.query(sql`/* finding.work */ insert into review.finding_work as w (finding_id, assignee_id, state, changed_at)
      values (${findingId}, ${assigneeId ?? null}, ${state ?? 'new'}, ${now})
      on conflict (finding_id) do update set assignee_id = case when ${isAssigned} then excluded.assignee_id else w.assignee_id end,
        state = coalesce(${state ?? null}, w.state), changed_at = excluded.changed_at`);
    // The row above is held from here on, so that of two who have seen the same only one goes on.
    const [seen] = await tx.query<{ count: number }>(sql`/* finding.notes */
      select count(*)::int as count from review.finding_note where finding_id = ${findingId}`);
    expectRevision(expected, seen!.count);
    await tx.query(sql`/* finding.note */ insert into review.finding_note (id, finding_id, comment, assignee_id, state, made_by,
        made_actor, made_at)
      values (${`fnn_${uuidv7()}`}, ${findingId}, ${comment ?? null}, ${assigneeId ?? null}, ${state ?? null}, ${by.name},
        ${actorText(by)}, ${now})`);
    const fields = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    await audit(tx, by, { kind: 'finding', id: findingId, action: 'change', fields });
  });
}
