/** A service lives through random faults, kills, edits and syncs; whenever it is left in peace, everything must be as if nothing had happened. */
import { afterAll, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { Random } from '@assay/emulator/seed/random.ts';
import { activeStates } from '../../src/model/run.ts';
import { nothingDoubled } from '../journey/state.ts';
import { backends, until } from '../queue/backends.ts';
import { actions, type Pending } from './actions.ts';
import {
  failuresAreExplained,
  fullChangesNothing,
  mirrorIsOrg,
  objects,
  oneMessageEach,
  secretsStayIn,
  watchView,
} from './checks.ts';
import { openWorld, type World } from './world.ts';

// `npm run soak` asks for more, and from another seed.
const seconds = Number(process.env.SOAK_SECONDS ?? 0);
const seed = Number(process.env.SOAK_SEED ?? 1);
const queues = process.env.SOAK_QUEUE ? backends.filter((one) => one === process.env.SOAK_QUEUE) : [backends.at(-1)!];
/** Minutes until a run that has not ended counts as stuck. */
const stuckAfter = 10;
const roundLength = 12;

const worlds: World[] = [];
afterAll(() => Promise.all(worlds.map((world) => world.close())));

it.each(queues)('a service on %s', { timeout: (seconds + 900) * 1000 }, async (queue) => {
  const world = await openWorld({ seed, queue, accounts: 60 });
  worlds.push(world);
  // What later nights are held against.
  await syncInPeace(world, 'auto');
  const reader = watchView(world.db.url);
  const end = Date.now() + seconds * 1000;
  const say = (text: string) => console.log(`${new Date().toISOString()} ${queue} ${text}`);
  for (let round = 1; round === 1 || Date.now() < end; round += 1) {
    await hurt(world, queue, new Random(seed, 'soak', round), say);
    const wrong = [...(await rest(world, say)), ...reader.wrong];
    say(
      `round ${round}: ${wrong.length === 0 ? 'all is well' : wrong.join('\n')}, the view was looked at ${reader.looks()} times`,
    );
    expect(wrong, `seed ${seed}, round ${round}`).toEqual([]);
  }
  await reader.close();
  expect(reader.looks()).toBeGreaterThan(10);
});

it('the checks see what they are for', { timeout: 120_000 }, async () => {
  const [world] = worlds;
  const { db, slack } = world!;
  const [contact] = await db.query<{ id: string }>(
    sql`select id from mirror.contact where _deleted_at is null limit 1`,
  );
  await db.query(sql`delete from mirror.contact where id = ${contact!.id}`);
  expect(await mirrorIsOrg(world!)).toEqual([`Contact ${contact!.id}: deleted false in the org`]);
  await db.query(sql`update control.run set state = 'failed', reason_code = 'internal', reason = 'x'
    where id = (select min(id) from control.run)`);
  expect(await failuresAreExplained(world!)).toHaveLength(1);
  const reader = watchView(db.url);
  await db.query(
    sql`delete from unified.dim_person where person_key = (select min(person_key) from unified.dim_person)`,
  );
  await until(() => reader.wrong.length > 0);
  await reader.close();
  expect(slack.messages.length).toBeGreaterThan(0);
  slack.messages.push(...[1, 2].map(() => ({ ...slack.messages[0]!, metadata: { incident: 'x' }, threadTs: null })));
  expect(await oneMessageEach(world!)).toEqual(['posted twice: {"incident":"x"}']);
});

async function hurt(world: World, queue: string, random: Random, say: (text: string) => void): Promise<void> {
  const known = Object.entries(actions).filter(([, { only }]) => only === undefined || only === queue);
  const odds = Object.fromEntries(known.map(([name, action]) => [name, action.odds]));
  const pending: Promise<unknown>[] = [];
  const later: Pending = { later: (work) => void pending.push(work) };
  for (let step = 0; step < roundLength; step += 1) {
    // Each round is bad enough to be announced.
    const name = step === roundLength / 2 ? 'a bad import' : random.weighted(odds);
    say(`${name}: ${await actions[name]!.act(world, random, later)}`);
    await new Promise((resolve) => setTimeout(resolve, random.int(0, 3000)));
  }
  await Promise.all(pending);
}

/** Leaves it in peace; returns what is wrong then. */
async function rest(world: World, say: (text: string) => void): Promise<string[]> {
  await world.ask(() => world.heal());
  const active = () =>
    world.db.query<{ id: string; next: Date | null }>(
      sql`select id, parked_until as next from control.run where state = any(${activeStates}::text[])`,
    );
  const end = Date.now() + stuckAfter * 60_000;
  for (let runs = await active(); runs.length > 0; runs = await active()) {
    if (Date.now() > end) return runs.map(({ id }) => `${id} has not ended after ${stuckAfter} minutes`);
    // Salesforce is back; whoever waits for its time would do so for a quarter of an hour.
    for (const { id, next } of runs)
      if (next && next > new Date()) await world.api().call('POST', `/v1/syncs/${id}/cancel`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await syncInPeace(world, 'auto');
  say('a sync in peace succeeded');
  await until(async () => {
    await world.db.query(
      sql`update alert.message set not_before = now() where state in ('sending', 'retry', 'unconfirmed')`,
    );
    return (await oneMessageEach(world)).every((one) => !one.endsWith('never left'));
  }, 500);
  return [
    ...(await mirrorIsOrg(world)),
    ...(await nothingDoubled(world.db)),
    ...(await failuresAreExplained(world)),
    ...(await oneMessageEach(world)),
    ...secretsStayIn(world),
    ...(await fullChangesNothing(world, syncInPeace)),
  ];
}

async function syncInPeace(world: World, mode: 'auto' | 'full'): Promise<void> {
  const run = await world.api().finished(await world.api().start({ objects, mode }));
  if (!run.state.startsWith('succeeded')) throw new Error(`In peace a sync ended ${run.state}: ${run.reason}`);
}
