/** What a metric needs where one of several things will do: what is there is named, else the usual one as missing. */
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { availabilitySql } from '../../src/metrics/availability.ts';
import { testDatabase } from '../database.ts';

const definitions = await loadDefinitions();
let db: Db;

beforeAll(async () => {
  db = await testDatabase();
  await db.query(sql`create table standard.campaign (is_deleted boolean, actual_cost numeric, start_on date)`);
});
afterAll(() => db.close());

/** `Object.field: filled of records`, the fields of the metric in order. */
async function needsOf(metric: string): Promise<string[]> {
  const own = definitions.metrics.filter(({ name }) => name === metric);
  const rows = await db.query<{ need: string }>(
    sql`select object || '.' || field || ': ' || coalesce(fill_rate, 0)::float8 || ' of ' || record_count as need
      from (${raw(availabilitySql(own, definitions.objects))}) a order by 1`,
  );
  return rows.map(({ need }) => need);
}

it('names the input where spend is nowhere, campaigns where they say it, and the input once it is given', async () => {
  expect(await needsOf('programme_spend')).toEqual(['input:spend.amount: 0 of 0', 'input:spend.month: 0 of 0']);
  // A cost without a start belongs to no month.
  await db.query(sql`insert into standard.campaign values (false, 100, null), (true, 100, '2026-01-01')`);
  expect(await needsOf('programme_spend')).toEqual(['input:spend.amount: 0 of 0', 'input:spend.month: 0 of 0']);
  await db.query(sql`insert into standard.campaign values (false, 50, '2026-01-01')`);
  expect(await needsOf('programme_spend')).toEqual(['Campaign.ActualCost: 1 of 2', 'Campaign.StartDate: 0.5 of 2']);
  await db.query(sql`insert into review.input (name, version, lines, put_by, put_actor, put_at)
    values ('spend', 1, '[{"month": "2026-01-01", "amount": "5"}]', 'a test', 'system:test', now())`);
  expect(await needsOf('programme_spend')).toEqual(expect.arrayContaining(['input:spend.amount: 1 of 1']));
});
