/** Deals are judged by rows of other tables too: those whose rows moved are asked again, and what the org does at all waits for the night. */
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db, Transaction } from '../../src/db/connect.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { score } from '../../src/pipeline/score.ts';
import { testDatabase } from '../database.ts';
import { contextAt } from './score-context.ts';
import { createStandardTables } from './score-tables.ts';

const all = await loadDefinitions();
const definitions = { ...all, rules: all.rules.filter(({ nightly }) => !nightly) };
const deal = objectNamed(definitions, 'Opportunity');
const size = 8;
let clock = new Date('2026-06-01T00:00:00Z').getTime();
let db: Db;

beforeAll(async () => {
  db = await testDatabase();
  await createStandardTables(db, definitions.objects);
  // Deal O8 is one that writes next steps, and has products, whatever the others do.
  await db.query(
    raw(`insert into standard.opportunity (connection_id, id, created_at, modified_at, is_deleted, name, stage_name, is_closed, is_won,
        next_step, close_on, last_activity_on)
      select 'default', 'O' || n, '2026-05-25', '2026-05-25', false, 'Deal ' || n, 'New', false, n = 8,
        case when n = 8 then 'Call' end, '2027-01-01', '2026-06-01' from generate_series(0, ${size}) n;
    insert into standard.opportunity_line_item (connection_id, id, opportunity_id, is_deleted) values ('default', 'L8', 'O8', false)`),
  );
});
afterAll(() => db.close());

const move = `_version = nextval('mirror.version')`;
const stages = ['New', 'Offer', 'Won'];
const ago = (days: number) => `timestamptz '${new Date(clock).toISOString()}' - interval '${days} days'`;
const edits: Record<string, (one: number, pick: number) => string> = {
  stage: (one, pick) => `update standard.opportunity set stage_name = '${stages[pick % 3]}', is_won = ${pick % 3 === 2},
    is_closed = ${pick % 3 === 2}, ${move} where id = 'O${one}'`,
  step: (one, pick) =>
    `update standard.opportunity set next_step = ${pick % 2 ? 'null' : `'Call'`}, ${move} where id = 'O${one}'`,
  known: (one, pick) =>
    `update standard.opportunity set last_stage_change_at = ${pick % 2 ? 'null' : ago(13 + (pick % 4))}, ${move} where id = 'O${one}'`,
  history: (
    one,
    pick,
  ) => `insert into standard.opportunity_history (connection_id, id, opportunity_id, stage_name, created_at, is_deleted)
    values ('default', 'H' || nextval('mirror.version'), 'O${one}', '${stages[pick % 3]}', ${ago(12 + (pick % 5))}, false)`,
  undone: (one) =>
    `update standard.opportunity_history set is_deleted = true, ${move} where opportunity_id = 'O${one}'`,
  product: (one, pick) => `insert into standard.opportunity_line_item (connection_id, id, opportunity_id, is_deleted)
    values ('default', 'L${one}', 'O${one}', ${pick % 2 === 0})
    on conflict (connection_id, id) do update set is_deleted = excluded.is_deleted, ${move}`,
};
const run = fc.record({
  made: fc.array(fc.tuple(fc.constantFrom(...Object.keys(edits)), fc.nat(size - 1), fc.nat(12)), { maxLength: 4 }),
  hours: fc.constantFrom(0, 1, 3, 10, 24, 30),
});

const found = (tx: Pick<Transaction, 'query'>) =>
  tx.query(sql`select rule_id, record_id from quality.finding where closed_at is null order by rule_id, record_id`);

class Undone extends Error {}

/** What judging all deals would leave, of which nothing stays. */
async function judgedAnew(now: string): Promise<unknown[]> {
  const context = await contextAt(db, definitions, now);
  let seen: unknown[] = [];
  const write: typeof context.write = (work) =>
    db.transaction(async (tx) => {
      await tx.query(raw('delete from quality.judged; delete from quality.judgement'));
      await work(tx);
      seen = await found(tx);
      throw new Undone();
    });
  await score({ ...context, write }, deal).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return seen;
}

it('any series of edits of deals, their products and their history leaves what judging all deals leaves', async () => {
  let [readCount, runCount] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
      for (const { made, hours } of runs) {
        for (const [kind, one, pick] of made) await db.query(raw(edits[kind]!(one, pick)));
        clock += hours * 3_600_000;
        const now = new Date(clock).toISOString();
        const done = await score(await contextAt(db, definitions, now), deal);
        readCount += done.readCount;
        runCount += 1;
        expect(await found(db)).toEqual(await judgedAnew(now));
      }
    }),
    { numRuns: 30 },
  );
  // Most deals were not looked at in most runs.
  expect(readCount).toBeLessThan(runCount * size * 0.8);
}, 120_000);

it('asks what the org does at all once a day, and each deal by it until then', async () => {
  const at = (hours: number) => new Date(clock + hours * 3_600_000).toISOString();
  const steps = async () =>
    (await found(db)).filter(({ rule_id }) => rule_id === 'opportunity-next-step-missing').length;
  await db.query(raw(`update standard.opportunity set next_step = null, is_closed = false, is_won = false, ${move}`));
  await score(await contextAt(db, definitions, at(48)), deal);
  expect(await steps()).toBe(0);
  // The first next step of the org: the deal itself is judged, the others wait.
  await db.query(raw(`update standard.opportunity set next_step = 'Call', ${move} where id = 'O1'`));
  expect(await score(await contextAt(db, definitions, at(49)), deal)).toMatchObject({ readCount: 1 });
  expect(await steps()).toBe(0);
  await score(await contextAt(db, definitions, at(74)), deal);
  expect(await steps()).toBe(size);
});
