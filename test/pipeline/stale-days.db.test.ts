/** Rules that count days, around their limit: of moments to the second, of days by those of the org. */
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
  await db.query(
    sql`insert into standard.organization (connection_id, id, time_zone) values ('default', 'o', 'Asia/Tokyo')`,
  );
});
afterAll(() => db.close());

/** What each rule with a limit in days is asked of, with what its days count from under `at`. */
const aged: Record<string, { row?: Record<string, unknown>; at: string; days?: number }> = {
  'account-firmographics-stale': { row: { number_of_employees: 40 }, at: 'modified_at' },
  'account-industry-stale': { row: { industry: 'Glass' }, at: 'modified_at' },
  'account-revenue-stale': { row: { annual_revenue: 1000 }, at: 'modified_at' },
  'account-untouched': { at: 'last_activity_on' },
  'campaign-ended-active': { row: { is_active: true }, at: 'end_on' },
  'case-open-long': { row: { is_closed: false }, at: 'created_at' },
  'contact-email-stale': { row: { email: 'ana@kiln.example' }, at: 'modified_at' },
  'contact-executive-title-stale': { row: { title: 'CEO' }, at: 'modified_at' },
  'contact-phone-stale': { row: { phone: '+49 711 400 1012' }, at: 'modified_at' },
  'contact-stale': { at: 'modified_at' },
  'contact-title-stale': { row: { title: 'Potter' }, at: 'modified_at' },
  'contact-untouched': { at: 'last_activity_on' },
  'lead-email-stale': { row: { email: 'ana@kiln.example' }, at: 'modified_at' },
  'lead-phone-stale': { row: { phone: '+49 711 400 1012' }, at: 'modified_at' },
  'lead-title-stale': { row: { title: 'Potter' }, at: 'modified_at' },
  'lead-untouched': { row: { is_converted: false }, at: 'last_activity_on' },
  'opportunity-close-date-past': { row: { is_closed: false }, at: 'close_on', days: 0 },
  // Of twenty deals that were won, the longest took fifty days.
  'opportunity-open-long': { row: { is_closed: false }, at: 'created_at', days: 50 },
  'opportunity-stage-stuck': { row: { is_closed: false, stage_name: 'Talk' }, at: 'last_stage_change_at', days: 14 },
  'opportunity-untouched': { row: { is_closed: false }, at: 'last_activity_on' },
  'task-overdue': { row: { is_closed: false }, at: 'activity_on' },
  'user-login-stale': { row: { is_active: true }, at: 'last_login_at' },
};

it.each(Object.entries(aged))('%s fires after its limit, and not at it', async (id, { row, at, days }) => {
  const rule = definitions.rules.find((one) => one.id === id)!;
  const object = objectNamed(definitions, rule.object);
  const table = identifier('standard', object.table);
  const limit = days ?? Number(rule.values.days);
  const isDay = at.endsWith('_on') || id === 'opportunity-open-long';
  // Eight in the evening of 1 June, which is 2 June in Tokyo; of days it is the hours around the end of the day there.
  const start = isDay ? '2025-06-02' : '2025-06-01T20:00:00Z';
  const end = new Date(Date.parse(isDay ? '2025-06-02T14:59:59Z' : start) + limit * 86_400_000);
  const since = at === 'created_at' && isDay ? '2025-06-01T20:00:00Z' : start;
  const others = { created_at: '2025-06-01T20:00:00Z', modified_at: '2025-06-01T20:00:00Z' };
  const own = { connection_id: 'default', id: 'old', is_deleted: false, ...others, ...row, [at]: since };
  await db.query(sql`delete from ${table}`);
  if (object.name === 'Opportunity')
    await db.query(sql`insert into standard.opportunity (connection_id, id, is_deleted, is_closed, is_won, created_at, close_on)
      select 'default', 'won ' || n, false, true, true, '2025-01-01T12:00:00Z', date '2025-01-01' + 30 + n from generate_series(1, 20) n`);
  await db.query(sql`insert into ${table} (${join(Object.keys(own).map((column) => identifier(column)))})
    values (${join(Object.values(own))})`);
  const found = async (now: Date) => {
    await score(await contextAt(db, definitions, now.toISOString()), object);
    const rows = await db.query(sql`select from quality.finding where rule_id = ${id} and closed_at is null`);
    return rows.length;
  };
  expect(await found(end)).toBe(0);
  expect(await found(new Date(end.getTime() + 1000))).toBe(1);
});

it('no rule with a limit in days is left out above', () => {
  const byDays = definitions.rules.filter(({ violated, stale }) => stale && /:today|:now/.test(violated));
  expect(Object.keys(aged).sort()).toEqual(byDays.map(({ id }) => id).sort());
});
