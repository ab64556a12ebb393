/** Every rule of config/rules runs its own examples on real standard tables built from the object definitions. */
import sql, { join, raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { systemColumns } from '../../src/model/object.ts';
import { dimension } from '../../src/model/rule.ts';
import { condition } from '../../src/quality/condition.ts';
import { definitionFaults } from '../../src/pipeline/plan-definitions.ts';
import { derivedColumns } from '../../src/quality/row.ts';
import { testDatabase } from '../database.ts';
import { createStandardTables, postgresType } from '../pipeline/score-tables.ts';

const now = new Date('2026-06-01T00:00:00Z');
const definitions = await loadDefinitions();
let db: Db;

beforeAll(async () => {
  db = await testDatabase();
  await createStandardTables(db, definitions.objects);
  // Rules that ask what an org does at all find one that writes next steps.
  await db.query(sql`insert into standard.opportunity (connection_id, id, next_step) values ('uses', 'o1', 'Call')`);
  await db.query(
    sql`insert into standard.opportunity_line_item (connection_id, id, opportunity_id) values ('sells products', 'l1', 'o1')`,
  );
  await db.query(sql`insert into standard.opportunity (connection_id, id, is_won, created_at, close_on)
    select 'wins in 40 days', 'w' || n, true, '2026-01-01T00:00:00Z', date '2026-01-01' + n * 2 from generate_series(1, 20) n`);
  // Rules that ask other records find three companies on one line, and an account that is gone.
  for (const n of [1, 2, 3]) {
    const own = sql`'shares a line', ${`a${n}`}`;
    await db.query(sql`insert into standard.account (connection_id, id, phone) values (${own}, '+44 20 7946 0958')`);
    await db.query(
      sql`insert into standard.contact (connection_id, id, account_id, phone) values (${own}, ${`a${n}`}, '+442079460958')`,
    );
    await db.query(
      sql`insert into standard.lead (connection_id, id, company, phone) values (${own}, ${`Co ${n}`}, '020 7946 0958')`,
    );
  }
  await db.query(
    sql`insert into standard.account (connection_id, id, is_deleted) values ('has a deleted account', 'a1', true)`,
  );
});
afterAll(() => db.close());

it('covers every dimension, by at least 14 rules, and finds stale fields and records', () => {
  expect(definitions.rules.length).toBeGreaterThanOrEqual(14);
  expect(new Set(definitions.rules.map((rule) => rule.dimension))).toEqual(new Set(dimension.options));
  const staleObjects = new Set(definitions.rules.filter((rule) => rule.stale).map((rule) => rule.object));
  expect(staleObjects).toEqual(
    new Set(['Account', 'Campaign', 'Case', 'Contact', 'Lead', 'Opportunity', 'Task', 'User']),
  );
});

it('has only rules that plan', async () => {
  expect(await definitionFaults(db, definitions, now)).toEqual([]);
});

it('names the file of a rule that does not plan', async () => {
  const files = { 'rules/broken': 'config/rules/broken.ts' };
  const broken = { ...definitions.rules[0]!, id: 'broken', violated: 'r.no_such_column is null' };
  const faults = await definitionFaults(db, { ...definitions, rules: [broken], files }, now);
  expect(faults).toEqual([{ pointer: 'config/rules/broken.ts', message: expect.stringContaining('no_such_column') }]);
});

describe.each(definitions.rules)('$id', (rule) => {
  const object = objectNamed(definitions, rule.object);
  const types: Record<string, string> = { ...systemColumns, ...derivedColumns };
  for (const [name, field] of Object.entries(object.fields)) types[name] = postgresType(field.type);

  async function isViolated(example: Record<string, unknown>): Promise<boolean> {
    const unknown = Object.keys(example).filter((name) => !(name in types));
    expect(unknown, 'columns of the example that are not there').toEqual([]);
    const values = Object.entries(types).map(
      ([name, type]) => sql`${example[name] ?? null}::${raw(type)} as ${identifier(name)}`,
    );
    const moment = { now, zone: 'UTC', connectionId: String(example.connection_id ?? '') };
    const [row] = await db.query<{ found: boolean }>(sql`/* test.example */
      select (${condition(rule.applies, moment, rule)}) is true and (${condition(rule.violated, moment, rule)}) is true as found
      from (select ${join(values)}) r`);
    return row!.found;
  }

  it.each(rule.examples.violated)('is violated by %j', async (example) => expect(await isViolated(example)).toBe(true));
  it.each(rule.examples.kept)('is kept by %j', async (example) => expect(await isViolated(example)).toBe(false));
});
