/** Faults planted beside clean neighbours, judged by a whole run: each rule finds its fault, and nobody else's. */
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

type Row = Record<string, string | number | boolean | null>;
type Planted = { rule: string; faults: Row[]; clean: Row[] };
const person = { last_name: 'Ito' };
const planted: Planted[] = [
  {
    rule: 'account-phone-country-inconsistent',
    faults: [
      { phone: '+49 711 2345678', billing_country: 'United Kingdom' },
      { phone: '0033 1 42 68 53 00', billing_country: 'Deutschland' },
    ],
    clean: [
      { phone: '+44 20 7946 0958', billing_country: 'UK' },
      { phone: '+1 (416) 555-0199', billing_country: 'Canada' },
      { phone: '+1 876 555 0199', billing_country: 'JM' },
      { phone: '(0049) 711 2345678', billing_country: 'Germany' },
      { phone: '+49 711 2345678', billing_country: 'Narnia' },
      { phone: '+49 711 2345678' },
    ],
  },
  {
    rule: 'account-postal-code-invalid',
    faults: [
      { billing_postal_code: '7017', billing_country: 'Germany' },
      { billing_postal_code: 'SW1A 1AA', billing_country: 'United States' },
      { billing_postal_code: '90210', billing_country: 'Canada' },
    ],
    clean: [
      { billing_postal_code: '70173', billing_country: 'Allemagne' },
      { billing_postal_code: 'sw1a1aa', billing_country: 'Great Britain' },
      { billing_postal_code: '902101234', billing_country: 'USA' },
      { billing_postal_code: '90210-1234', billing_country: 'US' },
      { billing_postal_code: '1000001', billing_country: 'Japan' },
      { billing_postal_code: '1234 ab', billing_country: 'Nederland' },
      { billing_postal_code: '7', billing_country: 'Narnia' },
      { billing_country: 'Germany' },
    ],
  },
  {
    rule: 'lead-phone-country-inconsistent',
    faults: [{ ...person, phone: '+81 3 5321 1112', country: 'AUS' }],
    clean: [{ ...person, phone: '+61 2 9374 4000', country: 'Australia' }],
  },
  {
    rule: 'contact-postal-code-invalid',
    faults: [{ ...person, mailing_postal_code: '123456', mailing_country: 'France' }],
    clean: [{ ...person, mailing_postal_code: '75008', mailing_country: 'FR' }],
  },
  {
    rule: 'contact-email-placeholder',
    faults: [
      { ...person, email: 'TEST@Test.com' },
      { ...person, email: 'none@none.net' },
    ],
    clean: [{ ...person, email: 'test@kettle.io' }, { ...person, email: 'ana@testing.io' }, person],
  },
  {
    rule: 'lead-phone-placeholder',
    faults: [
      { ...person, phone: '111-1111' },
      { ...person, phone: '+49 (0) 123 4567' },
    ],
    clean: [
      { ...person, phone: '+49 711 1111112' },
      { ...person, phone: '110' },
    ],
  },
  {
    rule: 'opportunity-won-products-missing',
    faults: [{ id: 'won-bare', is_won: true, amount: 5 }],
    clean: [
      { id: 'won-sold', is_won: true, amount: 5 },
      { id: 'open-bare', is_won: false, amount: 5 },
    ],
  },
  {
    rule: 'opportunity-close-date-placeholder',
    faults: [{ close_on: '1900-01-01', is_closed: true }],
    clean: [{ close_on: '2020-01-01', is_closed: true }],
  },
  {
    rule: 'case-open-long',
    faults: [{ created_at: '2026-04-01T00:00:00Z', is_closed: false, account_id: 'A' }],
    clean: [{ created_at: '2026-05-30T00:00:00Z', is_closed: false, account_id: 'A' }],
  },
  { rule: 'campaign-member-orphan', faults: [{ campaign_id: 'C' }], clean: [{ campaign_id: 'C', lead_id: 'L' }] },
  { rule: 'task-orphan', faults: [{ subject: 'Call' }], clean: [{ subject: 'Call', what_id: 'W' }] },
  {
    rule: 'user-login-stale',
    faults: [{ is_active: true, last_login_at: '2026-01-01T00:00:00Z' }],
    clean: [{ is_active: true, last_login_at: '2026-05-30T00:00:00Z' }],
  },
];

it('each rule finds the faults that were planted, and keeps their neighbours', async () => {
  const wanted: string[] = [];
  await db.query(
    sql`insert into standard.opportunity_line_item (connection_id, id, opportunity_id) values ('default', 'l1', 'won-sold')`,
  );
  for (const { rule: id, faults, clean } of planted) {
    const rule = definitions.rules.find((one) => one.id === id)!;
    const { table } = objectNamed(definitions, rule.object);
    for (const [at, row] of [...faults, ...clean].entries()) {
      const own = { connection_id: 'default', id: `${id} ${at}`, is_deleted: false, ...row };
      await db.query(sql`insert into ${identifier('standard', table)} (${join(Object.keys(own).map((column) => identifier(column)))})
        values (${join(Object.values(own))})`);
      if (at < faults.length) wanted.push(`${id}: ${own.id}`);
    }
  }
  for (const name of new Set(planted.map(({ rule: id }) => definitions.rules.find((one) => one.id === id)!.object))) {
    await score(await contextAt(db, definitions, '2026-06-01T00:00:00Z'), objectNamed(definitions, name));
  }
  const rows = await db.query<{ it: string }>(sql`select rule_id || ': ' || record_id as it from quality.finding
    where closed_at is null and rule_id = any (${planted.map(({ rule }) => rule)}) order by 1`);
  expect(rows.map((row) => row.it).sort()).toEqual(wanted.sort());
});

it('knows countries by name and code, and shapes of postal codes that PostgreSQL can read', async () => {
  const [row] = await db.query(sql`select count(*)::int as names, count(distinct code)::int as codes,
    (count(*) filter (where '70173' ~ postal_pattern))::int > 50 as "isReadable" from quality.place`);
  expect(row).toMatchObject({ isReadable: true });
  expect(row!.names).toBeGreaterThan(1500);
  expect(row!.codes).toBeGreaterThan(240);
});
