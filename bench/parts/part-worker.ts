/** A worker that takes parts of matching, and what all of them made as sums to hold beside another's. */
import sql from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { silentLog } from '../../src/model/ports.ts';
import { Crew } from '../../src/pipeline/match/crew.ts';
import type { QueueSettings } from '../../src/queue/connection.ts';
import { openPartQueue } from '../../src/queue/flow.ts';
import { openQueues } from '../../src/queue/jobs.ts';
import { startWorker } from '../../src/queue/worker.ts';

export type PartWorkerOptions = {
  limits: Parameters<typeof startWorker>[4];
  /** Told of every part before it is begun. */
  taken: () => Promise<void> | void;
  /** How many workers it takes there to be; by default those the queue knows of. */
  workerCount?: () => Promise<number>;
};

/** It shares what has one record and more. */
export function startPartWorker(settings: QueueSettings, db: Db, { limits, taken, workerCount }: PartWorkerOptions) {
  const queues = openQueues(settings, silentLog);
  const partQueue = openPartQueue(settings, queues, silentLog);
  const crew = new Crew(db, { run: partQueue.run, workerCount: workerCount ?? partQueue.workerCount }, 1);
  const worker = startWorker(
    settings,
    'part',
    async ({ payload }, signal) => {
      if (payload.part !== null) await taken();
      await crew.doPart(payload, signal);
    },
    silentLog,
    limits,
  );
  const close = async () => {
    await worker.close(5_000);
    await crew.close();
    await partQueue.close();
    await queues.close();
  };
  return { crew, queues, close };
}

type Sum = { count: string; digest: string };
export type Matched = { pairs: Sum; records: Sum };

/** What is stored of the pairs and records of people. */
export async function matchedPeople(db: Db): Promise<Matched> {
  const [pairs] = await db.query<Sum>(sql`/* bench.pairs */ select count(*) as count, sum(hashtextextended(
    concat_ws('|', l_connection_id, l_id, r_connection_id, r_id, weight, decision, rule, evidence::text), 0)::numeric)::text as digest
    from match.pair where entity = 'person'`);
  const [records] = await db.query<Sum>(sql`/* bench.records */ select count(*) as count,
    sum(hashtextextended(concat_ws('|', connection_id, id, hash, keys::text), 0)::numeric)::text as digest from match.person_record`);
  return { pairs: pairs!, records: records! };
}
