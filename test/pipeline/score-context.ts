/** A run of the score and alert stages on a test database, with a clock that the test moves. */
import sql from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { silentLog } from '../../src/model/ports.ts';
import { newRunId } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';

/** `now` in ISO 8601. The run is written as succeeded, so that later ones may compare with it. */
export async function contextAt(db: Db, definitions: Definitions, now: string): Promise<Context> {
  const id = newRunId();
  await db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by)
    values (${id}, 'default', 'cli', 'auto', 'succeeded', 'test')`);
  return {
    db,
    run: { id, connectionId: 'default', mode: 'auto', objects: null },
    definitions,
    // Neither stage reads the source.
    source: {} as Context['source'],
    clock: { now: () => new Date(now) },
    log: silentLog,
    signal: new AbortController().signal,
    report() {},
    write: (work) => db.transaction(work),
  };
}
