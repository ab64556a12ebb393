/** The decay of a field, from what was seen of values whose rate of change is known. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { createStandardTables } from '../pipeline/score-tables.ts';
import { type TestApi, testApi } from './api.ts';

const definitions = await loadDefinitions();
const runId = `run_${'1'.repeat(36)}`;
const day = 86_400_000;
const start = Date.parse('2025-01-01T00:00:00Z');
const now = new Date(start + 730 * day);
/** Every value is replaced once in 400 days, at random. */
const rate = 1 / 400;
let api: TestApi;

/** Repeatable, so that the test says the same every time. */
function random(seed: number) {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

beforeAll(async () => {
  api = await testApi({ clock: { now: () => now } });
  await createStandardTables(api.db, definitions.objects);
  await api.db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by, finished_at)
    values (${runId}, 'default', 'cli', 'auto', 'succeeded', 'test', ${new Date(start)})`);
  await api.db
    .query(sql`insert into quality.score (run_id, connection_id, object, score, applicable_count, record_count, rules_hash, measured_at)
    values (${runId}, 'default', 'Contact', 1, 1, 1, 'h', ${new Date(start)})`);
  const next = random(7);
  const people = Array.from({ length: 4_000 }, (_, n) => {
    // Half came later than Assay did.
    const since = n % 2 === 0 ? start : start + next() * 600 * day;
    let [at, last] = [since, null as number | null];
    for (;;) {
      at += (-Math.log(1 - next()) / rate) * day;
      if (at >= now.getTime()) break;
      last = at;
    }
    return {
      id: `C${n}`,
      created_at: new Date(n % 2 === 0 ? start - 900 * day : since),
      changed_at: last && new Date(last),
    };
  });
  await api.db.query(sql`insert into standard.contact (connection_id, id, created_at, is_deleted, title)
    select 'default', id, created_at, false, 'Buyer' from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) r (id text, created_at timestamptz)`);
  await api.db
    .query(sql`insert into mirror.field_history (connection_id, object, record_id, field, value_since, value_since_is_bound)
    select 'default', 'Contact', id, 'Title', changed_at, false
    from jsonb_to_recordset(${JSON.stringify(people)}::jsonb) r (id text, changed_at timestamptz) where changed_at is not null`);
});
afterAll(() => api.close());

const read = async (rule: string) =>
  (await api.app.inject({ url: `/v1/rules/${rule}/decay`, headers: api.as('data:read') })).json();

test('the rate at which values were made to change is found again, within its bounds', async () => {
  const found = await read('contact-title-stale');
  const truth = 1 - Math.exp(-rate * 365);
  expect(found.recordCount).toBe(4_000);
  expect(found.yearlyDecay).toBeGreaterThan(truth - 0.03);
  expect(found.yearlyDecay).toBeLessThan(truth + 0.03);
  // Three standard errors: the bounds are two, and one draw in twenty lies outside these.
  expect(Math.abs(found.yearlyDecay - truth)).toBeLessThan((1.53 * (found.high - found.low)) / 2);
  expect(found.high - found.low).toBeLessThan(0.03);
  expect(Math.abs(found.suggestedDays - -Math.log(0.8) * 400)).toBeLessThan(5);
  expect([found.currentDays, found.defaultDays]).toEqual([365, 365]);
});

test('too few changes say nothing, and a rule about no age has no decay', async () => {
  const phone = await read('contact-phone-stale');
  expect(phone).toMatchObject({ recordCount: 0, changedCount: 0, yearlyDecay: null, suggestedDays: null });
  expect(await read('contact-title-missing')).toMatchObject({ status: 404, code: 'not-found' });
});
