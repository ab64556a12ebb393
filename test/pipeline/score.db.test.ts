/** Findings open, stay, close and open anew; scores follow; a second run changes nothing. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { score } from '../../src/pipeline/score.ts';
import { testDatabase } from '../database.ts';
import { contextAt } from './score-context.ts';
import { createStandardTables } from './score-tables.ts';

const definitions = await loadDefinitions();
const contact = objectNamed(definitions, 'Contact');
let db: Db;

beforeAll(async () => {
  db = await testDatabase();
  await createStandardTables(db, definitions.objects);
  await db.query(
    sql`insert into standard."user" (connection_id, id, is_active) values ('default', 'U1', true), ('default', 'U2', false)`,
  );
  await db.query(sql`insert into standard.contact
    (connection_id, id, created_at, modified_at, is_deleted, email, title, account_id, owner_id, last_name) values
    ('default', 'C1', '2024-01-01', '2026-05-01', false, 'a@example.com', 'Buyer', 'A1', 'U1', 'Ito'),
    ('default', 'C2', '2024-02-01', '2026-05-01', false, 'broken', 'Buyer', 'A1', 'U2', 'Ito'),
    ('default', 'C3', '2024-03-01', '2026-05-01', true, null, null, null, 'U2', 'Ito')`);
  await db.query(sql`insert into golden.identity (golden_id, entity, minted_run_id, minted_at)
    values ('per_1', 'person', 'r', now())`);
  await db.query(sql`insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id) values
    ('person', 'default', 'C1', 'Contact', 'per_1', 'r'), ('person', 'default', 'C2', 'Contact', 'per_1', 'r')`);
  await db.query(sql`insert into mirror.field_history (connection_id, object, record_id, field, value_since,
    value_since_is_bound, last_confirmed_at) values ('default', 'Contact', 'C1', 'Title', '2024-01-01', false, '2024-01-01')`);
});
afterAll(() => db.close());

const runAt = async (now: string) => {
  const context = await contextAt(db, definitions, now);
  return { context, result: await score(context, contact) };
};
const open = async () =>
  (
    await db.query<{ it: string }>(sql`select rule_id || ' ' || record_id as it from quality.finding
    where closed_at is null and rule_id <> 'contact-untouched' order by 1`)
  ).map((row) => row.it);

it('finds what is wrong with live records only, and takes age from history before modification', async () => {
  const { context, result } = await runAt('2026-06-01T00:00:00Z');
  expect(await open()).toEqual([
    'contact-duplicate C2',
    'contact-email-invalid C2',
    'contact-owner-inactive C2',
    'contact-stale C1',
    'contact-title-stale C1',
  ]);
  expect(result.changedCount).toBe(7);
  const scores = await db.query<{ dimension: string | null; score: number | null }>(sql`
    select dimension, score from quality.score where run_id = ${context.run.id}`);
  expect(Object.fromEntries(scores.map((row) => [row.dimension ?? 'whole', row.score]))).toMatchObject({
    completeness: 1,
    uniqueness: 0.5,
    // Address, placeholder and name of two: one of six answers is wrong.
    validity: 5 / 6,
    consistency: 1,
  });
  // The same run again, as after a crash.
  expect((await score(context, contact)).changedCount).toBe(0);
});

it('changes no finding when nothing changed, but sees it', async () => {
  const { context, result } = await runAt('2026-06-02T00:00:00Z');
  expect(result).toMatchObject({ changedCount: 0, warnings: [] });
  const seen = await db.query(sql`select run_id, judged_at from quality.judgement`);
  expect(seen).toEqual([{ run_id: context.run.id, judged_at: new Date('2026-06-02T00:00:00Z') }]);
});

it('closes a finding whose condition cleared and opens a new one when it comes back', async () => {
  await db.query(
    sql`update standard.contact set email = 'c@example.com', _version = nextval('mirror.version') where id = 'C2'`,
  );
  expect((await runAt('2026-06-03T00:00:00Z')).result.changedCount).toBe(1);
  await db.query(
    sql`update standard.contact set email = 'broken', _version = nextval('mirror.version') where id = 'C2'`,
  );
  expect((await runAt('2026-06-04T00:00:00Z')).result.changedCount).toBe(1);
  const found = await db.query(sql`select opened_at, closed_at from quality.finding
    where rule_id = 'contact-email-invalid' order by opened_at`);
  expect(found).toEqual([
    { opened_at: new Date('2026-06-01T00:00:00Z'), closed_at: new Date('2026-06-03T00:00:00Z') },
    { opened_at: new Date('2026-06-04T00:00:00Z'), closed_at: null },
  ]);
});

it('keeps who had changed the record when its finding opened', async () => {
  const editedBy = (user: string, phone: string, at: string) =>
    db.query(sql`update standard.contact set phone = ${phone}, modified_at = ${at}, modified_by_id = ${user},
      _version = nextval('mirror.version') where id = 'C2'`);
  await editedBy('ROBOT', '111-1111', '2026-06-20');
  await runAt('2026-06-21T00:00:00Z');
  await editedBy('ANN', '222-2222', '2026-06-22');
  await runAt('2026-06-23T00:00:00Z');
  const found = await db.query(sql`select modified_at, modified_by_id from quality.finding
    where record_id = 'C2' and rule_id = 'contact-phone-placeholder' and closed_at is null`);
  expect(found).toEqual([{ modified_at: new Date('2026-06-20'), modified_by_id: 'ROBOT' }]);
});

it('warns of a rule changed under its old version and closes what a withdrawn rule found', async () => {
  const rules = definitions.rules
    .filter((rule) => rule.id !== 'contact-duplicate')
    .map((rule) => (rule.id === 'contact-title-missing' ? { ...rule, violated: 'false' } : rule));
  const context = await contextAt(db, { ...definitions, rules }, '2026-06-05T00:00:00Z');
  const result = await score(context, contact);
  expect(result).toMatchObject({ changedCount: 1, warnings: [expect.stringContaining('contact-title-missing')] });
  expect(await open()).not.toContain('contact-duplicate C2');
});
