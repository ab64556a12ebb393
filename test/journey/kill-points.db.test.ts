import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { Random } from '@assay/emulator/seed/random.ts';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { backends, until } from '../queue/backends.ts';
import { type Org, startOrg } from './org.ts';
import { type Api, prepareService, type Service } from './service.ts';
import { differences, nothingDoubled, stateOf } from './state.ts';

// Two services on one org: one lives in peace, in the other the worker is killed at each of these points in turn. What
// they have in the end must be the same. Ten crashes of one run are borne, so the points are spread over two runs.
const firstRun = [
  'outbox.added',
  'pull.started#2',
  'pull.before_commit#5',
  'pull.after_commit#9',
  'pull.finished#2',
  'standardise.before_commit#2',
  'match.before_commit',
  'match.after_commit#2',
  'cluster.before_commit',
];
const secondRun = [
  'pull.before_commit#3',
  'cluster.after_commit',
  'survive.before_commit',
  'score.before_commit#2',
  'publish.started',
  'publish.before_commit',
  'publish.after_commit',
  'alert.before_commit',
  'sync.finished',
];
/** Of the messages, once the run itself is over. */
const deliveries = ['deliver.claimed', 'deliver.sent'];
const objects = ['User', 'Account', 'Contact', 'Lead', 'Opportunity'];

let org: Org;
const slacks: SlackReceiver[] = [];
let services: { calm: Service; killed: Service };
let apis: { calm: Api; killed: Api };
beforeAll(async () => {
  org = await startOrg({ accounts: 110 });
  const open = async (queue: 'postgres' | 'redis') => {
    const slack = await startSlackReceiver();
    slacks.push(slack);
    return prepareService({ queue, emulator: org.emulator, slack });
  };
  services = { calm: await open('postgres'), killed: await open(backends.at(-1)!) };
  apis = { calm: await services.calm.serve(), killed: await services.killed.serve() };
});
afterAll(async () => {
  await Promise.all(Object.values(services).map((service) => service.close()));
  await Promise.all(slacks.map((slack) => slack.close()));
  await org.close();
});

/** One sync of both; the killed one's worker dies as it is told to. */
async function runBoth(kill: (id: string) => Promise<void>, mode = 'auto'): Promise<void> {
  const calmId = await apis.calm.start({ objects, mode });
  const calm = await apis.calm.finished(calmId);
  expect(calm.state, calm.reason ?? services.calm.tail()).toMatch(/^succeeded/);

  const id = await apis.killed.start({ objects, mode });
  await kill(id);
  const last = services.killed.worker();
  const run = await apis.killed.finished(id);
  expect(run.state, run.reason ?? '').toBe(calm.state);
  expect(run.warnings).toEqual(calm.warnings);
  await messagesSent(services.killed);
  await messagesSent(services.calm);
  const isClean = async () =>
    (await services.killed.db.query(sql`select from pg_tables where schemaname = 'stage'`)).length === 0;
  await until(isClean);
  // On a fast machine the killed ones had done it all already.
  await last.ready;
  expect(await last.stop()).toEqual([0, null]);
}

async function dieAt(points: string[]): Promise<void> {
  for (const point of points) {
    const worker = services.killed.worker(point);
    expect(await worker.ended, `${point}: ${services.killed.tail()}`).toEqual([null, 'SIGKILL']);
  }
}

/** Kills at any moment: while starting, in the middle of a statement, or when all is done. */
async function dieAtRandom(id: string, seed: number, times: number): Promise<void> {
  const random = new Random(seed, 'kills');
  for (let kill = 0; kill < times; kill += 1) {
    const worker = services.killed.worker();
    if (random.chance(0.8)) await worker.ready;
    await sleep(random.int(0, 900));
    worker.process.kill('SIGKILL');
    await worker.ended;
  }
  expect((await apis.killed.read(id)).state).not.toBe('failed');
}

/** A worker that died over a message is waited for a minute; here the wait alone is left out. */
const hurryMessages = ({ db }: Service) =>
  db.query(sql`update alert.message set not_before = now() where state in ('sending', 'retry', 'unconfirmed')`);

async function messagesSent(service: Service): Promise<void> {
  await until(async () => {
    await hurryMessages(service);
    const open = await service.db.query(sql`select from alert.message where state not in ('sent', 'skipped')`);
    return open.length === 0;
  }, 500);
}

/** What the killed one has otherwise than the calm one, and what it has twice. */
async function wrongs(): Promise<string[]> {
  const [calm, killed] = await Promise.all([stateOf(services.calm.db), stateOf(services.killed.db)]);
  return [...differences(calm, killed), ...(await nothingDoubled(services.killed.db))];
}

it('a first sync killed at nine points ends as one that was left in peace', { timeout: 600_000 }, async () => {
  const peaceful = services.calm.worker();
  await peaceful.ready;
  await runBoth(() => dieAt(firstRun));
  expect(await wrongs()).toEqual([]);
});

it('so does the sync of a bad night, and Slack hears the same', { timeout: 600_000 }, async () => {
  await org.night();
  await runBoth(async () => {
    await dieAt(secondRun);
    const hurrying = setInterval(() => void hurryMessages(services.killed), 500);
    await dieAt(deliveries).finally(() => clearInterval(hurrying));
  });
  expect(await wrongs()).toEqual([]);
  expect(slacks[1]!.messages.map(({ text }) => text)).toEqual(slacks[0]!.messages.map(({ text }) => text));
  expect(slacks[1]!.messages.length).toBeGreaterThan(0);
});

it('so does a full sync whose worker is killed at six random moments', { timeout: 600_000 }, async () => {
  await runBoth((id) => dieAtRandom(id, 1, 6), 'full');
  expect(await wrongs()).toEqual([]);
});
