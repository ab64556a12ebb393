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
      { phone: '+49 711 2345178', billing_country: 'United Kingdom' },
      { phone: '0033 1 42 68 53 00', billing_country: 'Deutschland' },
    ],
    clean: [
      { phone: '+44 20 7946 0958', billing_country: 'UK' },
      { phone: '+1 (416) 555-0199', billing_country: 'Canada' },
      { phone: '+1 876 555 0199', billing_country: 'JM' },
      { phone: '(0049) 711 2345677', billing_country: 'Germany' },
      { phone: '+49 711 2345676', billing_country: 'Narnia' },
      { phone: '+49 711 2345675' },
      { phone: '00 800 4000 5000', billing_country: 'France' },
      { phone: '+881 6 3145 0000', billing_country: 'France' },
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
      { billing_postal_code: 'D-70173', billing_country: 'Deutschland' },
      { billing_postal_code: 'A 1010', billing_country: 'Austria' },
      { billing_postal_code: '75008 CEDEX 08', billing_country: 'France' },
      { billing_postal_code: '560 001', billing_country: 'India' },
      { billing_postal_code: '1000 205', billing_country: 'Portugal' },
      { billing_postal_code: '7', billing_country: 'Narnia' },
      { billing_country: 'Germany' },
    ],
  },
  {
    rule: 'contact-phone-invalid',
    faults: [
      { ...person, phone: '123456' },
      { ...person, mobile_phone: '+49 172' },
      { ...person, phone: 'a. Anfrage' },
      { ...person, account_id: 'four', phone: '110' },
    ],
    clean: [
      { ...person, phone: '+49 711 400 5099 x 4711' },
      { ...person, phone: '020 7946 0958 (Ext. 12345)' },
      { ...person, phone: '1-888-KILN-NOW' },
      { ...person, phone: '+376 712 345' },
    ],
  },
  {
    rule: 'account-phone-placeholder',
    faults: [
      { phone: '0000000000' },
      { phone: '000-000-0000', billing_country: 'France' },
      { phone: '(999) 999-9999' },
      { phone: '0987654321' },
      { phone: '121212121212' },
    ],
    clean: [{ phone: '+33 1 45 45 45 46' }, { phone: '0800 400 4000' }],
  },
  {
    rule: 'account-name-placeholder',
    faults: [{ name: 'TEST account' }, { name: '** Do not use **' }, { name: '(unbekannt)' }, { name: 'テスト' }],
    clean: [{ name: 'Testo SE' }, { name: 'Stiftung Warentest' }, { name: 'Unknown Pleasures Ltd' }, { name: 'AAA' }],
  },
  {
    rule: 'lead-name-placeholder',
    faults: [{ last_name: 'Desconocido' }, { last_name: 'xxxx' }, { last_name: '0172' }],
    clean: [{ last_name: 'Testa' }, { last_name: "O'X" }, { last_name: '林' }, { last_name: 'Ж' }],
  },
  {
    rule: 'lead-company-placeholder',
    faults: [
      { ...person, company: 'Company name' },
      { ...person, company: 'test gmbh' },
    ],
    clean: [
      { ...person, company: 'Testhaus GmbH' },
      { ...person, company: 'Company of Kilns' },
    ],
  },
  {
    rule: 'opportunity-name-placeholder',
    faults: [{ name: 'Test Opportunity' }, { name: 'asdfasdf' }],
    clean: [{ name: 'Test stand, 2 units' }, { name: 'New opportunity at Kiln' }],
  },
  {
    rule: 'lead-email-invalid',
    faults: [
      { ...person, email: 'ana@kettle' },
      { ...person, email: 'ana@kettle.io; bo@kettle.io' },
    ],
    clean: [
      { ...person, email: 'ana@größe.de' },
      { ...person, email: 'a.b_c-d@sub.kettle.museum' },
    ],
  },
  {
    rule: 'account-website-invalid',
    faults: [{ website: 'http//kettle.io' }, { website: 'none yet' }],
    clean: [{ website: 'HTTPS://Größe.de/über-uns' }, { website: 'kettle.co.uk' }],
  },
  {
    rule: 'contact-executive-title-stale',
    faults: [{ ...person, title: 'Geschäftsführerin', modified_at: '2025-01-01T00:00:00Z' }],
    clean: [
      { ...person, title: 'Vice President', modified_at: '2025-01-01T00:00:00Z' },
      { ...person, title: 'Executive Assistant to the CEO', modified_at: '2025-01-01T00:00:00Z' },
    ],
  },
  {
    rule: 'campaign-date-placeholder',
    faults: [{ start_on: '1970-01-01' }, { start_on: '2026-01-01', end_on: '2999-12-31' }],
    clean: [{ start_on: '2019-01-01', end_on: '2027-12-31' }],
  },
  {
    rule: 'contact-birthdate-placeholder',
    faults: [{ ...person, birthdate: '1900-01-01' }],
    clean: [{ ...person, birthdate: '1970-01-01' }],
  },
  {
    rule: 'task-date-placeholder',
    faults: [{ activity_on: '2999-12-31', what_id: 'W' }],
    clean: [{ activity_on: '2027-01-01', what_id: 'W' }],
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
      { ...person, email: 'no-reply@kettle.io' },
      { ...person, email: 'Keine.Email@kettle.io' },
      { ...person, email: 'ana@kettle.io.invalid' },
      { ...person, email: 'name@domain.com' },
    ],
    clean: [
      { ...person, email: 'info@kettle.io' },
      { ...person, email: 'noemi@kettle.io' },
      { ...person, email: 'ana@invalid-kettle.io' },
      { ...person, email: 'test@kettle.io' },
      { ...person, email: 'ana@testing.io' },
      person,
    ],
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
    const named = table === 'account' || table === 'opportunity' ? { name: 'Kiln' } : {};
    const own = { connection_id: 'default', is_deleted: false, ...named, ...row };
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
