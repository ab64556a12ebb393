/** A worker process of the bench: takes parts, and on the word `match` matches everybody as the step of a run would. */
import { availableParallelism } from 'node:os';
import { loadDefinitions } from '../../config/index.ts';
import { connect } from '../../src/db/connect.ts';
import { match } from '../../src/pipeline/match.ts';
import type { QueueSettings } from '../../src/queue/connection.ts';
import { stageContext } from '../stage-context.ts';
import { type Matched, matchedPeople, startPartWorker } from './part-worker.ts';

export type Order = { shared: boolean };
export type Told = Matched & { seconds: number };

const settings = JSON.parse(process.argv[2] ?? '{}') as QueueSettings;
const db = connect(settings.databaseUrl, { name: 'bench worker' });
let partCount = 0;
const { crew } = startPartWorker(settings, db, {
  limits: { concurrency: availableParallelism() },
  taken: () => {
    partCount += 1;
  },
  // Even a single worker takes the way of the parts, so that what that costs shows.
  workerCount: async () => 2,
});

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
  const context = stageContext({ db, definitions: await loadDefinitions(), ...(shared ? { crew } : {}) });
  const begun = performance.now();
  await match(context, 'person');
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, ...(await matchedPeople(db)) };
}
