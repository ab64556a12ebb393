/** Rules that count days, at the hours around the day that their limit ends on: days are those of the org, whatever the hour. */
import sql, { join } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { score } from '../../src/pipeline/score.ts';
import { testDatabase } from '../database.ts';
import { contextAt } from './score-context.ts';
import { createStandardTables } from './score-tables.ts';

const definitions = await loadDefinitions();
let db: Db;
beforeAll(async () => {
  db = await testDatabase();
  await createStandardTables(db, definitions.objects);
});
afterAll(() => db.close());

/** What each rule with a limit in days is asked of, with the moment its days count from under `at`. */
const aged: Record<string, { row: Record<string, unknown>; at: string; days?: number }> = {
  'account-firmographics-stale': { row: { number_of_employees: 40 }, at: 'modified_at' },
  'contact-email-stale': { row: { email: 'ana@kiln.example' }, at: 'modified_at' },
  'contact-executive-title-stale': { row: { title: 'CEO' }, at: 'modified_at' },
  'contact-phone-stale': { row: { phone: '+49 711 400 1012' }, at: 'modified_at' },
  'contact-title-stale': { row: { title: 'Potter' }, at: 'modified_at' },
  'lead-email-stale': { row: { email: 'ana@kiln.example' }, at: 'modified_at' },
  'lead-phone-stale': { row: { phone: '+49 711 400 1012' }, at: 'modified_at' },
  'lead-title-stale': { row: { title: 'Potter' }, at: 'modified_at' },
  'case-open-long': { row: { is_closed: false }, at: 'created_at' },
  'user-login-stale': { row: { is_active: true }, at: 'last_login_at' },
  'account-untouched': { row: {}, at: 'created_at' },
  'contact-untouched': { row: {}, at: 'created_at' },
  'lead-untouched': { row: { is_converted: false }, at: 'created_at' },
  'opportunity-untouched': { row: { is_closed: false }, at: 'created_at' },
  'opportunity-stage-stuck': { row: { is_closed: false, stage_name: 'Talk' }, at: 'last_stage_change_at', days: 14 },
};

it.each([
  // Half past eight in the morning of 1 June; half past eleven at night.
  { zone: 'Asia/Tokyo', since: '2025-05-31T23:30:00Z', last: 'T14:59:00Z', over: 'T15:01:00Z', offset: 0 },
  { zone: 'America/Bogota', since: '2025-06-02T04:30:00Z', last: 'T04:59:00Z', over: 'T05:01:00Z', offset: 1 },
])('a limit of days ends with the day of $zone', async ({ zone, since, last, over, offset }) => {
  await db.query(sql`delete from standard.organization`);
  await db.query(
    sql`insert into standard.organization (connection_id, id, time_zone) values ('default', 'o', ${zone})`,
  );
  for (const [id, { row, at, days }] of Object.entries(aged)) {
    const rule = definitions.rules.find((one) => one.id === id)!;
    const object = objectNamed(definitions, rule.object);
    const table = identifier('standard', object.table);
    const limit = days ?? Number(rule.values.days);
    const own = {
      connection_id: 'default',
      id: 'old',
      is_deleted: false,
      modified_at: since,
      created_at: since,
      ...row,
      [at]: since,
    };
    await db.query(sql`delete from ${table}`);
    await db.query(sql`insert into ${table} (${join(Object.keys(own).map((column) => identifier(column)))})
      values (${join(Object.values(own))})`);
    const day = new Date(Date.parse('2025-06-01') + (limit + offset) * 86_400_000).toISOString().slice(0, 10);
    const found = async (hour: string) => {
      await score(await contextAt(db, definitions, day + hour), object);
      const rows = await db.query(sql`select from quality.finding where rule_id = ${id} and closed_at is null`);
      return rows.length;
    };
    expect([id, await found(last)]).toEqual([id, 0]);
    expect([id, await found(over)]).toEqual([id, 1]);
  }
});

it('no rule of days is left out above', () => {
  const byDays = definitions.rules.filter(
    ({ violated, stale }) => stale && /_at\b/.test(violated) && /:today|:now/.test(violated),
  );
  expect(Object.keys(aged).sort()).toEqual(byDays.map(({ id }) => id).sort());
});
