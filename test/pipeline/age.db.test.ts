/** How old a value is, by what an org that people and a program edit says of it over several nights. */
import { startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { objectNamed } from '../../src/model/definitions.ts';
import { newRunId } from '../../src/model/run.ts';
import type { Source } from '../../src/model/source.ts';
import { pull } from '../../src/pipeline/pull.ts';
import { score } from '../../src/pipeline/score.ts';
import { standardise } from '../../src/pipeline/standardise.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { testDatabase } from '../database.ts';

const robot = '005xx0000000009AAA';
const ann = '005xx0000000001AAA';
const loaded = await loadDefinitions();
const contact = objectNamed(loaded, 'Contact');
const definitions = {
  ...loaded,
  objects: [contact],
  entities: [],
  rules: loaded.rules.filter(({ id }) => id === 'contact-title-stale'),
  integrationUserIds: [robot.slice(0, 15)],
};

const id = (n: number) => `003xx000000000${n}AAA`;
const titled = (n: number, modified: string) =>
  `${id(n)},Lee ${n},Planner,note,${ann},2019-05-06T00:00:00.000Z,${modified},${modified}`;
let db: Db;
let org: TestOrg;
let source: Source;
let now = new Date('2026-01-05T00:00:00Z');

beforeAll(async () => {
  db = await testDatabase();
  const old = '2025-01-10T08:00:00.000Z';
  const rows = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => titled(n, old));
  const header = 'Id,LastName,Title,Description,LastModifiedById,CreatedDate,LastModifiedDate,SystemModstamp';
  const tracked = [
    `017xx0000000001AAA,${id(0)},Title,2024-11-01T08:00:00.000Z,${ann}`,
    `017xx0000000002AAA,${id(0)},Title,2025-06-01T08:00:00.000Z,${robot}`,
  ];
  const files = {
    'Contact.csv': [header, ...rows, ...[9, 0].map((n) => titled(n, '2025-12-20T08:00:00.000Z')), ''].join('\n'),
    'ContactHistory.csv': ['Id,ContactId,Field,CreatedDate,CreatedById', ...tracked, ''].join('\n'),
  };
  org = await startSmallOrg({ now: () => now }, files);
  source = openSalesforce({
    loginUrl: org.loginUrl,
    clientId: org.clientId,
    clientSecret: org.clientSecret,
    apiVersion: '62.0',
    timing: { retryDelay: 1, pollDelay: 5, maxPollDelay: 20 },
  });
});
afterAll(async () => {
  await org.close();
  await db.close();
});

/** The contacts whose title is stale after a night's sync. */
async function night(day: string, programs = definitions.integrationUserIds): Promise<string[]> {
  now = new Date(`${day}T23:00:00Z`);
  const run = { id: newRunId() };
  await db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by)
    values (${run.id}, 'default', 'cli', 'auto', 'succeeded', 'test')`);
  const named = { ...definitions, integrationUserIds: programs };
  const context = stageContext({ db, definitions: named, run, source, clock: { now: () => now } });
  await pull(context, 'Contact');
  await standardise(context, 'Contact');
  await score(context, contact);
  const rows = await db.query<{ id: string }>(sql`select record_id as id from quality.finding
    where rule_id = 'contact-title-stale' and closed_at is null order by 1`);
  return rows.map((row) => row.id);
}

const edit = (n: number, fields: Record<string, string | null>, at: string, by = ann) =>
  org.change({ op: 'update', sobject: 'Contact', id: id(n), fields, at: `${at}T09:00:00.000Z`, by });
const stale = (...numbers: number[]) => numbers.map(id);

it('keeps the age of a title through edits of other fields, deletes, undeletes and merges, and dates the title itself', async () => {
  // Salesforce's own history knows who wrote the title last: a program, and a person long before.
  expect(await night('2026-01-05')).toEqual(stale(0));
  await edit(1, { Description: 'by a person' }, '2026-01-06');
  await edit(2, { Description: 'by a program' }, '2026-01-06', robot);
  await edit(3, { Title: 'Head Planner' }, '2026-01-06');
  await edit(4, { Title: 'PLANNER' }, '2026-01-06', robot);
  await org.change({ op: 'delete', sobject: 'Contact', id: id(5), at: '2026-01-06T09:00:00.000Z' });
  await org.change({
    op: 'merge',
    sobject: 'Contact',
    masterId: id(6),
    mergeIds: [id(7)],
    at: '2026-01-06T09:00:00.000Z',
  });
  expect(await night('2026-01-06')).toEqual(stale(0));
  await org.change({ op: 'undelete', sobject: 'Contact', id: id(5), at: '2026-01-07T09:00:00.000Z' });
  await edit(1, { Description: 'again' }, '2026-01-07');
  await edit(3, { Title: 'PLANNER' }, '2026-01-08', robot);
  await night('2026-01-08');
  // A year after the last modification they were first seen with, to the day; what Ann wrote was a year old later.
  expect(await night('2026-01-09')).toEqual(stale(0));
  expect(await night('2026-01-10')).toEqual(stale(0, 1, 2, 4, 5, 6, 8));
  expect(await night('2027-01-06')).toEqual(stale(0, 1, 2, 3, 4, 5, 6, 8, 9));
  await edit(1, { Title: 'Buyer' }, '2027-01-07');
  expect(await night('2027-01-07')).toEqual(stale(0, 2, 3, 4, 5, 6, 8, 9));
});

it('takes back what users confirmed who are named as programs later, and starts anew what a program fills in', async () => {
  const loader = '005xx0000000008AAA';
  for (const n of [0, 2]) await edit(n, { Title: 'Written by a loader' }, '2027-01-08', loader);
  await edit(3, { Title: 'Written by Ann' }, '2027-01-08');
  await edit(4, { Title: null }, '2027-01-08', robot);
  await edit(6, { Title: 'Another word of a program' }, '2027-01-08', robot);
  expect(await night('2027-01-08')).toEqual(stale(5, 6, 8, 9));
  // Nothing was there that could be old.
  await edit(4, { Title: 'Filled in' }, '2027-01-09', robot);
  expect(await night('2027-01-09')).toEqual(stale(5, 6, 8, 9));
  // Day 2 of a service: the loader is named. What it wrote is as old as what a person is known to have written before.
  const both = [robot, loader];
  expect(await night('2027-01-10', both)).toEqual(stale(0, 2, 5, 6, 8, 9));
  const [seeded] = await db.query(sql`select last_confirmed_at::date::text as day from mirror.field_history
    where record_id = ${id(0)} and field = 'Title'`);
  expect(seeded).toEqual({ day: '2024-11-01' });
  // Nothing is read anew once that is done.
  const [before] = await db.query(sql`select history_seeded_at from mirror.object where object = 'Contact'`);
  expect(await night('2027-01-11', both)).toEqual(stale(0, 2, 5, 6, 8, 9));
  expect(await db.query(sql`select history_seeded_at from mirror.object where object = 'Contact'`)).toEqual([before]);
  // 365 days after it was filled in, nobody has confirmed it.
  expect(await night('2028-01-09', both)).toEqual(stale(0, 1, 2, 3, 4, 5, 6, 8, 9));
});

it('takes from Salesforce’s own history who wrote which field, where a person and a program edit between two syncs', async () => {
  const programs = [robot, '005xx0000000008AAA'];
  const edited = (n: number, fields: Record<string, string>, time: string, by = ann) =>
    org.change({ op: 'update', sobject: 'Contact', id: id(n), fields, at: `2028-01-10T${time}:00.000Z`, by });
  await edited(1, { Title: 'Written by Ann' }, '09:00');
  await edited(1, { Description: 'then by a program' }, '10:00', robot);
  await edited(2, { Title: 'Written by a program' }, '09:00', robot);
  await edited(2, { Description: 'then by Ann' }, '10:00');
  // Another word and back: the value is the same, and a person has looked at it.
  await edited(3, { Title: 'Another word' }, '09:00');
  await edited(3, { Title: 'Written by Ann' }, '09:30');
  await edited(3, { Description: 'then by a program' }, '10:00', robot);
  expect(await night('2028-01-10', programs)).toEqual(stale(0, 2, 4, 5, 6, 8, 9));
  const known = await db.query(sql`select right(record_id, 4) as id, value_since, confirmed_by from mirror.field_history
    where field = 'Title' and value_since > '2028-01-10' order by 1`);
  expect(known).toEqual([
    { id: '1AAA', value_since: new Date('2028-01-10T09:00:00Z'), confirmed_by: ann },
    { id: '2AAA', value_since: new Date('2028-01-10T09:00:00Z'), confirmed_by: null },
    { id: '3AAA', value_since: new Date('2028-01-10T09:30:00Z'), confirmed_by: ann },
  ]);
  // A record that is new has its history read in the sync after: it was not there yet when that came.
  const fields = { LastName: 'New', Title: 'Imported' };
  await org.change({ op: 'insert', sobject: 'Contact', fields, at: '2028-01-11T08:00:00.000Z', by: robot });
  await org.connection.authorize({ grant_type: 'client_credentials' });
  const [made] = await org.soql(`select Id from Contact where LastName = 'New'`);
  const retitled = { op: 'update', sobject: 'Contact', id: String(made!.Id) } as const;
  const early = '2028-01-11T09:00:00.000Z';
  await org.change(
    { ...retitled, fields: { Title: 'Written by Ann' }, at: early, by: ann },
    { ...retitled, fields: { Description: 'x' }, at: '2028-01-11T21:00:00.000Z', by: robot },
  );
  const confirmed = () =>
    db.query(
      sql`select last_confirmed_at as at from mirror.field_history where record_id = ${retitled.id} and field = 'Title'`,
    );
  await night('2028-01-11', programs);
  expect(await confirmed()).toEqual([]);
  await night('2028-01-12', programs);
  expect(await confirmed()).toEqual([{ at: new Date(early) }]);
});
