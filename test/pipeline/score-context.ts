/** A run of the score and alert stages on a test database, with a clock that the test moves. */
import sql from 'sql-template-tag';
import { stageContext } from '../../bench/stage-context.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { newRunId } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';

/** `now` in ISO 8601. The run is written as succeeded, so that later ones may compare with it. */
export async function contextAt(db: Db, definitions: Definitions, now: string): Promise<Context> {
  const id = newRunId();
  await db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by)
    values (${id}, 'default', 'cli', 'auto', 'succeeded', 'test')`);
  return stageContext({ db, definitions, run: { id }, clock: { now: () => new Date(now) } });
}
