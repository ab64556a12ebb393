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
/** `beside`: rows by table that are there too. */
type Planted = { rule: string; faults: Row[]; clean: Row[]; beside?: [table: string, row: Row][] };
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
      { phone: '(0049) 711 2345677', billing_country: 'Germany' },
      { phone: '+49 711 2345676', billing_country: 'Narnia' },
      { phone: '+49 711 2345675' },
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
  {
    rule: 'account-parent-circular',
    faults: [
      { id: 'circle-1', parent_id: 'circle-2' },
      { id: 'circle-2', parent_id: 'circle-3' },
      { id: 'circle-3', parent_id: 'circle-1' },
      { id: 'own-parent', parent_id: 'own-parent' },
    ],
    clean: [
      { id: 'under-circle', parent_id: 'circle-1' },
      { id: 'root' },
      { id: 'child', parent_id: 'root' },
      { id: 'grandchild', parent_id: 'child' },
      { id: 'elsewhere', parent_id: 'not seen' },
    ],
  },
  {
    rule: 'user-reports-to-self',
    faults: [
      { id: 'boss', manager_id: 'aide', is_active: false },
      { id: 'aide', manager_id: 'boss', is_active: false },
    ],
    clean: [{ id: 'clerk', manager_id: 'aide', is_active: false }],
  },
  {
    rule: 'account-parent-gone',
    beside: [['account', { id: 'merged-away', is_deleted: true }]],
    faults: [{ parent_id: 'merged-away' }],
    clean: [{ parent_id: 'root' }, { parent_id: 'not seen' }],
  },
  {
    rule: 'contact-account-gone',
    faults: [{ ...person, account_id: 'merged-away' }],
    clean: [{ ...person, account_id: 'root' }, { ...person, account_id: 'not seen' }, person],
  },
  { rule: 'opportunity-account-gone', faults: [{ account_id: 'merged-away' }], clean: [{ account_id: 'root' }] },
  { rule: 'case-account-gone', faults: [{ account_id: 'merged-away' }], clean: [{ account_id: 'root' }] },
  {
    rule: 'contact-phone-shared',
    beside: [
      ['account', { id: 'branch-1', parent_id: 'root' }],
      ['account', { id: 'branch-2', parent_id: 'root' }],
    ],
    faults: [
      { ...person, account_id: 'one', phone: '+49 711 400 5001' },
      { ...person, account_id: 'two', mobile_phone: '0711/4005001' },
      { ...person, account_id: 'three', phone: '(0049) 711 4005001' },
    ],
    clean: [
      // A switchboard: one company, and its branches.
      { ...person, account_id: 'root', phone: '+49 711 400 6001' },
      { ...person, account_id: 'branch-1', phone: '+49 711 400 6001' },
      { ...person, account_id: 'branch-2', phone: '+49 711 400 6001' },
      { ...person, account_id: 'one', phone: '+49 711 400 6001' },
      // One person who changed employers.
      { ...person, id: 'mover-1', account_id: 'one', phone: '+49 172 400 7001' },
      { ...person, id: 'mover-2', account_id: 'two', phone: '+49 172 400 7001' },
      { ...person, id: 'mover-3', account_id: 'three', phone: '+49 172 400 7001' },
      { ...person, account_id: 'four', phone: '110' },
    ],
  },
  {
    rule: 'lead-phone-shared',
    faults: ['Kettle', 'Pan', 'Pot'].map((company) => ({ ...person, company, phone: '+61 2 9374 4111' })),
    clean: ['Lamp', 'lamp', 'LAMP'].map((company) => ({ ...person, company, phone: '+61 2 9374 4222' })),
  },
  {
    rule: 'account-phone-shared',
    faults: ['x', 'y', 'z'].map((id) => ({ id: `line-${id}`, phone: '+81 3 5321 4444' })),
    clean: [
      { id: 'house', phone: '+81 3 5321 5555' },
      { id: 'house-1', parent_id: 'house', phone: '+81 3 5321 5555' },
      { id: 'house-2', parent_id: 'house', phone: '+81 3 5321 5555' },
    ],
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
  const put = (table: string, row: Row) => {
    const own = { connection_id: 'default', is_deleted: false, ...row };
    return db.query(sql`insert into ${identifier('standard', table)} (${join(Object.keys(own).map((column) => identifier(column)))})
      values (${join(Object.values(own))})`);
  };
  for (const n of [1, 2, 3]) {
    await db.query(sql`insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id)
      values ('person', 'default', ${`mover-${n}`}, 'Contact', 'mover', 'run')`);
  }
  for (const { rule: id, faults, clean, beside = [] } of planted) {
    const rule = definitions.rules.find((one) => one.id === id)!;
    const { table } = objectNamed(definitions, rule.object);
    for (const [other, row] of beside) await put(other, row);
    for (const [at, row] of [...faults, ...clean].entries()) {
      const own = { id: `${id} ${at}`, ...row };
      await put(table, own);
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

it('asks a rule of the night of all records once a day, and keeps what it said after an edit between', async () => {
  const account = objectNamed(definitions, 'Account');
  const open = async (at: string) => {
    await score(await contextAt(db, definitions, at), account);
    const rows = await db.query<{ id: string }>(sql`select record_id as id from quality.finding
      where rule_id = 'account-parent-gone' and closed_at is null order by 1`);
    return rows.map(({ id }) => id);
  };
  const before = await open('2026-06-01T01:00:00Z');
  const edit = sql`update standard.account set parent_id = 'merged-away', _version = nextval('mirror.version') where id = 'grandchild'`;
  await db.query(edit);
  expect(await open('2026-06-01T02:00:00Z')).toEqual(before);
  expect(await open('2026-06-02T01:00:00Z')).toEqual([...before, 'grandchild'].sort());
});
