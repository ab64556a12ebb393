/** A worker process of the bench: takes parts, and on the word `match` matches everybody as the step of a run would. */
import { availableParallelism } from 'node:os';
import sql from 'sql-template-tag';
import { connect } from '../../src/db/connect.ts';
import { silentLog } from '../../src/model/ports.ts';
import { match } from '../../src/pipeline/match.ts';
import { Crew } from '../../src/pipeline/match/share/crew.ts';
import type { QueueSettings } from '../../src/queue/connection.ts';
import { openPartQueue } from '../../src/queue/flow.ts';
import { openQueues } from '../../src/queue/jobs.ts';
import { startWorker } from '../../src/queue/worker.ts';
import { contextOf } from '../incremental.ts';

export type Order = { shared: boolean };
export type Told = {
  seconds: number;
  pairs: { count: string; digest: string };
  records: { count: string; digest: string };
};

const settings = JSON.parse(process.argv[2] ?? '{}') as QueueSettings;
const db = connect(settings.databaseUrl, { name: 'bench worker' });
const queues = openQueues(settings, silentLog);
const partQueue = openPartQueue(settings, queues, silentLog);
// Even a single worker takes the way of the parts, so that what that costs shows.
const crew = new Crew(db, { run: partQueue.run, workerCount: async () => 2 }, 1);
let partCount = 0;
startWorker(
  settings,
  'part',
  async ({ payload }, signal) => {
    if (payload.part !== null) partCount += 1;
    await crew.doPart(payload, signal);
  },
  silentLog,
  { concurrency: availableParallelism() },
);

process.on('message', (order: Order | 'parts') => {
  if (order === 'parts') {
    process.send?.(partCount);
    partCount = 0;
    return;
  }
  void run(order).then((told) => process.send?.(told));
});
process.send?.('ready');

async function run({ shared }: Order): Promise<Told> {
  const context = (await contextOf(db))();
  if (shared) context.crew = crew;
  const begun = performance.now();
  await match(context, 'person');
  const seconds = (performance.now() - begun) / 1000;
  const [pairs] = await db.query<Told['pairs']>(sql`/* bench.pairs */ select count(*) as count,
    sum(hashtextextended(concat_ws('|', l_connection_id, l_id, r_connection_id, r_id, weight, decision, rule, evidence::text), 0)::numeric)::text as digest
    from match.pair where entity = 'person'`);
  const [records] = await db.query<Told['records']>(sql`/* bench.records */ select count(*) as count,
    sum(hashtextextended(concat_ws('|', connection_id, id, hash, keys::text), 0)::numeric)::text as digest from match.person_record`);
  return { seconds, pairs: pairs!, records: records! };
}
