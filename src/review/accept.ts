/** A model that was put aside is taken over because somebody says so, on record; the next run trains it again and keeps it. */
import sql from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import { audit } from '../control/audit.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { obeySoon } from './decision.ts';

export type Acceptance = { id: string; reason: string; by: Actor };

/**
 * Returns the run that takes the model over, under way or started for it.
 * @throws DomainError `not-found`; `conflict` for one that was not put aside, was accepted before, or is not the newest of its entity.
 */
export async function acceptModel(db: Db, { id, reason, by }: Acceptance, now: Date): Promise<string | null> {
  return db.transaction(async (tx) => {
    const [found] = await tx.query<{
      entity: string;
      run_id: string;
      held: boolean;
      accepted_by: string | null;
      newest: string;
    }>(sql`/* accept.find */
      select entity, run_id, held, accepted_by, (select n.id from match.model_change n where n.entity = c.entity
        order by n.at desc, n.id desc limit 1) as newest from match.model_change c where id = ${id} for update`);
    if (!found) throw new DomainError('not-found', `There is no model change ${id}.`);
    if (!found.held)
      throw new DomainError('conflict', `${id} was not put aside: it has been in use since it was trained.`);
    if (found.accepted_by !== null) throw new DomainError('conflict', `${id} was accepted by ${found.accepted_by}.`);
    if (found.newest !== id)
      throw new DomainError('conflict', `${found.newest} was trained for ${found.entity} since; look at that one.`);
    await tx.query(sql`/* accept.write */ update match.model_change
      set accepted_at = ${now}, accepted_by = ${by.name}, accepted_actor = ${actorText(by)}, accepted_reason = ${reason}
      where id = ${id}`);
    await audit(tx, by, { kind: 'model-change', id, action: 'accept', fields: ['reason'] });
    const [run] = await tx.query<{ connection_id: string }>(sql`/* accept.run */ select c.id as connection_id
      from control.connection c left join control.run r on r.id = ${found.run_id} and r.connection_id = c.id
      order by r.id is null, c.id limit 1`);
    return run ? obeySoon(tx, run.connection_id) : null;
  });
}
