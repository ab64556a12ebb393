import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { cluster } from '../../src/pipeline/cluster.ts';
import { match } from '../../src/pipeline/match.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { survive } from '../../src/pipeline/survive.ts';
import { testDatabase } from '../database.ts';

let db: Db;
let context: Context;
beforeAll(async () => {
  db = await testDatabase();
  await db.query(
    raw(`create schema if not exists mirror;
    create table mirror.account (connection_id text, id text, name text, website text, _version bigint, _deleted_at timestamptz);
    create table mirror.contact (connection_id text, id text, first_name text, last_name text, email text, phone text, account_id text, _version bigint, _deleted_at timestamptz);
    create table mirror.lead (connection_id text, id text, first_name text, last_name text, email text, company text, is_converted boolean,
      converted_contact_id text, _version bigint, _deleted_at timestamptz);
    insert into mirror.account values ('default', 'A1', 'Acme Inc', 'acme.io', 1, null);
    insert into mirror.contact values ('default', 'C1', 'Robert', 'Szymborski', 'bob@acme.io', 'n/a', 'A1', 1, null),
      ('default', 'C2', '  Bob ', 'Szymborski', 'bob@acme.io', null, 'A1', 2, null), ('default', 'C3', 'Ann', 'Lee', 'ann@zed.io', null, null, 3, null);
    insert into mirror.lead values ('default', 'L1', 'Nobody', 'Like Her', null, 'Zed', true, 'C3', 4, null);`),
  );
  context = stageContext({ db, definitions: await loadDefinitions() });
});
afterAll(() => db.close());

async function runAll(): Promise<number> {
  let changed = 0;
  for (const object of ['Account', 'Contact', 'Lead']) changed += (await standardise(context, object)).changedCount;
  for (const entity of ['company', 'person']) {
    changed += (await match(context, entity)).changedCount;
    changed += (await cluster(context, entity)).changedCount;
  }
  return changed;
}
const who = async () => {
  const rows = await db.query<{ id: string; golden_id: string }>(
    sql`select id, golden_id from golden.crosswalk where entity = 'person' order by id`,
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.golden_id]));
};

test('duplicates share a golden id, a converted lead its contact’s, and a second run writes nothing', async () => {
  await runAll();
  const first = await who();
  expect(first.C1).toBe(first.C2);
  expect(first.L1).toBe(first.C3);
  expect(first.C1).not.toBe(first.C3);
  const [contact] = await db.query(sql`select first_name, phone from standard.contact where id = 'C1'`);
  expect(contact).toEqual({ first_name: 'Robert', phone: null });
  expect(await runAll()).toBe(0);
});

test('a training says how good its groups are, or why it cannot tell, in the run and for the published view', async () => {
  await db.query(sql`update match.model set engine_version = 0`);
  const { detail } = await match(context, 'person');
  expect(detail).toMatchObject({ precision: null, recall: null, cannotTell: 'only 1 pair is in groups' });
  const [kept] = await db.query(sql`select assessment from match.model_change where entity = 'person'
    order by at desc, id desc limit 1`);
  expect(kept!.assessment).toEqual({
    precision: null,
    recall: null,
    weakestField: null,
    cannotTell: 'only 1 pair is in groups',
  });
  await cluster(context, 'person');
});

test('a stage without work says so by one statement, and opens no transaction', async () => {
  const statements: string[] = [];
  const query: Db['query'] = (statement) => (statements.push(statement.text), db.query(statement));
  const idle: Context = {
    ...context,
    db: { ...db, query },
    write: () => Promise.reject(new Error('A stage without work opened a transaction.')),
  };
  const counts = async (run: (of: Context) => Promise<unknown>) => {
    statements.length = 0;
    await run(idle);
    return statements.length;
  };
  await survive(context, 'person');
  const stages = { match, cluster, survive };
  for (const round of [1, 2]) {
    const found = { standardise: await counts((of) => standardise(of, 'Contact')) };
    for (const [name, stage] of Object.entries(stages))
      Object.assign(found, { [name]: await counts((of) => stage(of, 'person')) });
    // The first time it is also asked what tables there are.
    if (round === 2) expect(found).toEqual({ standardise: 1, match: 1, cluster: 1, survive: 1 });
  }
  // Once something moves, there is work.
  await db.query(
    sql`update mirror.contact set phone = '(303) 334-1842', _version = nextval('mirror.version') + 100 where id = 'C1'`,
  );
  await expect(standardise(idle, 'Contact')).rejects.toThrow('opened a transaction');
  await standardise(context, 'Contact');
  await expect(match(idle, 'person')).rejects.toThrow('opened a transaction');
  await match(context, 'person');
  await expect(cluster(idle, 'person')).rejects.toThrow('opened a transaction');
  await cluster(context, 'person');
  await expect(survive(idle, 'person')).rejects.toThrow('opened a transaction');
  await survive(context, 'person');
  expect(await counts((of) => survive(of, 'person'))).toBe(1);
});

test('ids stay with their records when one goes and another changes', async () => {
  const first = await who();
  await db.query(sql`update mirror.contact set _deleted_at = now(), _version = 1009 where id = 'C2'`);
  await db.query(sql`update mirror.contact set phone = '(303) 334-1843', _version = 1010 where id = 'C3'`);
  await runAll();
  const { C2: _gone, ...kept } = first;
  expect(await who()).toEqual(kept);
});

test('a run that links fewer than the model expects has a warning, and one that links them none', async () => {
  const accounts = (rows: string) =>
    db.query(raw(`delete from mirror.account; insert into mirror.account values ${rows}`));
  const full = { ...context, run: { ...context.run, mode: 'full' as const } };
  const trained = async () => {
    await standardise(full, 'Account');
    return (await match(full, 'company')).warnings;
  };
  // 300 names, one of them twice, and nothing beside them.
  const name = (at: number) =>
    `${['Berg', 'Lind', 'Holm', 'Stein', 'Kowal', 'Novak', 'Ferr', 'Mart', 'Rud', 'Vik'][at % 10]}${['man', 'sky', 'ero', 'strom', 'ovic', 'gaard'][Math.floor(at / 10) % 6]} ${['Bakery', 'Optics', 'Cycles', 'Flowers', 'Tailors'][(at * 3 + Math.floor(at / 60)) % 5]}`;
  const row = (id: string, at: number, site: string) => `('default', '${id}', '${name(at)}', ${site}, 9, null)`;
  const list = (site: (at: number) => string) =>
    [...Array.from({ length: 300 }, (_, at) => row(`X${at}`, at, site(at))), row('Y0', 0, site(0))].join(', ');
  await accounts(list(() => 'null'));
  expect(await trained()).toEqual([
    expect.stringMatching(
      /^Matching of company: .*A column of this kind would help: website, email, phone, external id\.$/,
    ),
  ]);
  await accounts(list((at) => `'${name(at).toLowerCase().replace(' ', '-')}.com'`));
  expect(await trained()).toBeUndefined();
});
