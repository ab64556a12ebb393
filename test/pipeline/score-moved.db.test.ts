/** Whatever moves between runs, and however the clock goes, findings and counts are those that judging all records gives. */
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
// What waits for the night is said to lag behind.
const definitions = { ...all, rules: all.rules.filter(({ nightly }) => !nightly) };
const contact = objectNamed(definitions, 'Contact');
const size = 8;
const hour = 3_600_000;
let clock = new Date('2026-06-01T00:00:00Z').getTime();
let db: Db;

beforeAll(async () => {
  db = await testDatabase();
  await createStandardTables(db, definitions.objects);
  await db.query(
    raw(`insert into standard."user" (connection_id, id, is_active) values ('default', 'U0', true), ('default', 'U1', false);
    insert into standard.contact (connection_id, id, created_at, modified_at, is_deleted, email, title, account_id, owner_id, last_activity_on)
      select 'default', 'C' || n, '2026-01-01', '2026-03-01', false, 'c' || n || '@example.com', 'Buyer', 'A1', 'U0', '2026-05-01'
      from generate_series(0, ${size - 1}) n;
    insert into golden.identity (golden_id, entity, minted_run_id, minted_at)
      select 'per_' || n, 'person', 'r', now() from generate_series(0, ${size - 1}) n;
    insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id)
      select 'person', 'default', 'C' || n, 'Contact', 'per_' || n, 'r' from generate_series(0, ${size - 1}) n;
    insert into pipeline.mark (stage, subject, connection_id, source, version) values ('survive', 'person', '*', 'survive', 0)`),
  );
});
afterAll(() => db.close());

const move = `_version = nextval('mirror.version')`;
const daysAgo = (days: number) => `timestamptz '${new Date(clock).toISOString()}' - interval '${days} days'`;
/** Of record or user `one`, to one of a few values. */
const edits: Record<string, (one: number, pick: number) => string> = {
  email: (one, pick) =>
    `update standard.contact set email = ${['null', `'broken'`, `'a@example.com'`][pick % 3]}, ${move} where id = 'C${one}'`,
  bounce: (one, pick) =>
    `update standard.contact set email_bounced_at = ${pick % 2 ? 'null' : 'now()'}, ${move} where id = 'C${one}'`,
  // Around the days after which things count as stale, to the hour.
  age: (one, pick) =>
    `update standard.contact set modified_at = ${daysAgo([365, 423, 773][pick % 3]!)} + interval '${pick * 5} hours', ${move} where id = 'C${one}'`,
  activity: (one, pick) =>
    `update standard.contact set last_activity_on = (${daysAgo(90)})::date - 2 + ${pick % 5}, ${move} where id = 'C${one}'`,
  owner: (one, pick) => `update standard.contact set owner_id = 'U${pick % 3}', ${move} where id = 'C${one}'`,
  deleted: (one, pick) => `update standard.contact set is_deleted = ${pick % 2 === 0}, ${move} where id = 'C${one}';
    insert into golden.touched select golden_id, 'person', nextval('mirror.version') from golden.crosswalk where id = 'C${one}'
    on conflict (golden_id) do update set version = excluded.version`,
  history: (
    one,
    pick,
  ) => `insert into mirror.field_history (connection_id, object, record_id, field, value_since, value_since_is_bound, last_confirmed_at)
    values ('default', 'Contact', 'C${one}', 'Title', ${daysAgo(365)} + interval '${pick * 3} hours', false, null)
    on conflict (connection_id, object, record_id, field) do update set value_since = excluded.value_since;
    update standard.contact set ${move} where id = 'C${one}'`,
  grouped: (one, pick) => `insert into golden.touched select golden_id, 'person', nextval('mirror.version') from
      (select golden_id from golden.crosswalk where id = 'C${one}' union select 'per_${pick % size}') g
      on conflict (golden_id) do update set version = excluded.version;
    update golden.crosswalk set golden_id = 'per_${pick % size}' where id = 'C${one}'`,
  user: (one, pick) => `update standard."user" set is_active = ${pick % 2 === 0}, ${move} where id = 'U${one % 2}'`,
  login: (one) => `update standard."user" set ${move} where id = 'U${one % 2}'`,
};

const run = fc.record({
  edits: fc.array(fc.tuple(fc.constantFrom(...Object.keys(edits)), fc.nat(size - 1), fc.nat(12)), { maxLength: 4 }),
  hours: fc.constantFrom(0, 1, 3, 10, 24, 30),
});

const found = (tx: Pick<Transaction, 'query'>) =>
  tx.query(sql`select rule_id, rule_version, record_id, owner_id, amount, severity from quality.finding where closed_at is null
    order by rule_id, record_id`);
const counts = (tx: Pick<Transaction, 'query'>, runId: string) =>
  tx.query(
    sql`select rule_id, applicable_count, violated_count from quality.check_result where run_id = ${runId} order by rule_id`,
  );
const scores = (tx: Pick<Transaction, 'query'>, runId: string) =>
  tx.query(
    sql`select dimension, score, applicable_count, record_count from quality.score where run_id = ${runId} order by dimension`,
  );

class Undone extends Error {}

/** What judging all records would leave, of which nothing stays. */
async function judgedAnew(now: string): Promise<unknown[]> {
  const context = await contextAt(db, definitions, now);
  let seen: unknown[] = [];
  const write: typeof context.write = (work) =>
    db.transaction(async (tx) => {
      await tx.query(raw('delete from quality.judged; delete from quality.judgement'));
      await work(tx);
      seen = [await found(tx), await counts(tx, context.run.id), await scores(tx, context.run.id)];
      throw new Undone();
    });
  await score({ ...context, write }, contact).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return seen;
}

it('any series of edits, at any hours, leaves what judging all records leaves', async () => {
  let [readCount, runCount, foundCount] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 6 }), async (runs) => {
      for (const { edits: made, hours } of runs) {
        for (const [kind, one, pick] of made) await db.query(raw(edits[kind]!(one, pick)));
        clock += hours * hour;
        const now = new Date(clock).toISOString();
        const context = await contextAt(db, definitions, now);
        const done = await score(context, contact);
        readCount += done.readCount;
        runCount += 1;
        const is = [await found(db), await counts(db, context.run.id), await scores(db, context.run.id)];
        foundCount += (is[0] as unknown[]).length;
        expect(is).toEqual(await judgedAnew(now));
        expect(await score(context, contact)).toMatchObject({ changedCount: 0 });
      }
    }),
    { numRuns: 40 },
  );
  expect(foundCount).toBeGreaterThan(runCount);
  // Most records were not looked at in most runs.
  expect(readCount).toBeLessThan(runCount * size * 0.8);
}, 120_000);
