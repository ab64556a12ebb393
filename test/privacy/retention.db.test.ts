/** What grows is kept as long as its setting says, and not a day longer; people deleted in Salesforce are forgotten after a while. */
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { eraseRecords } from '../../src/privacy/erase.ts';
import { forgetDeleted } from '../../src/privacy/deleted.ts';
import { listForgettings } from '../../src/privacy/forgetting.ts';
import { prune, pruneDaily, type RetentionDays } from '../../src/privacy/retention.ts';
import { testDatabase } from '../database.ts';
import { placesOf } from './places.ts';

const now = new Date('2026-11-29T12:00:00Z');
const day = 86_400_000;
const days: RetentionDays = { runs: 100, events: 10, deliveries: 20, findings: 30, scores: 200, audit: 300 };
const ago = (count: number) => new Date(now.getTime() - count * day);
/** A run id made at that moment, as version 7 writes it. */
const runAt = (at: Date, end: string) => {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `run_${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${end.padStart(12, '0')}`;
};

let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

const ids = async (table: string, column = 'id') =>
  (await db.query<{ id: string }>(raw(`select ${column}::text as id from ${table} order by 1`))).map(({ id }) => id);

test('drops what is too old, keeps what is not, and the last published run whatever its age', async () => {
  const runs = [
    [runAt(ago(400), '1'), ago(400), 'succeeded'],
    [runAt(ago(350), '2'), ago(350), 'succeeded'],
    [runAt(ago(101), '3'), ago(101), 'failed'],
    [runAt(ago(99), '4'), ago(99), 'failed'],
  ] as const;
  for (const [id, at, state] of runs) {
    await db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by, created_at, finished_at)
      values (${id}, 'default', 'http', 'auto', ${state}, 'x', ${at}, ${at})`);
    await db.query(sql`insert into control.run_event (run_id, at, type, data) values (${id}, ${at}, 'state', '{}')`);
    await db.query(sql`insert into quality.check_result (run_id, connection_id, rule_id, rule_version, object, dimension,
        applicable_count, violated_count, weight, is_alerting)
      values (${id}, 'default', 'r', 1, 'Contact', 'validity', 1, 0, 1, true)`);
  }
  await db.query(
    sql`insert into control.run_event (run_id, at, type, data) values (${runs[3][0]}, ${ago(9)}, 'state', '{}')`,
  );
  for (const [id, age] of [
    ['old', 301],
    ['new', 299],
  ] as const)
    await db.query(sql`insert into control.audit (id, at, actor_kind, actor_id, kind, subject_id, action, fields)
      values (${`aud_${(id === 'old' ? '0' : '1').repeat(36)}`}, ${ago(age)}, 'system', 'x', 'sync', 'x', 'start', '{}')`);
  for (const [id, closed] of [
    ['a', ago(31)],
    ['b', ago(29)],
    ['c', null],
  ] as const) {
    await db.query(sql`insert into quality.finding (id, rule_id, rule_version, connection_id, object, record_id, dimension, severity,
        is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at, closed_at, closed_run_id, close_reason)
      values (${id}, 'r', 1, 'default', 'Contact', ${id}, 'validity', 'warn', false, 'x', ${ago(500)}, 'x', now(), ${closed},
        ${closed && 'x'}, ${closed && 'fixed'})`);
    await db.query(sql`insert into review.finding_work (finding_id, changed_at) values (${id}, ${ago(500)})`);
  }
  for (const [key, state, age] of [
    ['sent', 'sent', 21],
    ['fresh', 'sent', 19],
    ['waits', 'pending', 400],
  ] as const)
    await db.query(sql`insert into alert.message (key, kind, state, payload, not_before, created_at, finished_at)
      values (${key}, 'test', ${state}, '{}', now(), ${ago(age)}, ${state === 'sent' ? ago(age) : null})`);

  const counted = await prune(db, days, now, true);
  expect(await ids('control.run')).toHaveLength(4);
  const dropped = await prune(db, days, now);
  expect(dropped.map(({ name, count }) => [name, count])).toEqual(
    expect.arrayContaining([
      ['events of runs', 4],
      ['runs', 2],
      ['messages', 1],
      ['closed findings', 1],
      ['work on closed findings', 1],
      ['results of rules', 2],
      ['audit list', 1],
    ]),
  );
  // Counted one by one; a run takes its events along, so those that went before are no news.
  expect(counted.map(({ name }) => name)).toEqual(dropped.map(({ name }) => name));
  expect(await ids('control.run')).toEqual([runs[1][0], runs[3][0]]);
  expect(await ids('quality.finding')).toEqual(['b', 'c']);
  expect(await ids('review.finding_work', 'finding_id')).toEqual(['b', 'c']);
  expect(await ids('alert.message', 'key')).toEqual(['fresh', 'waits']);
  expect(await ids('quality.check_result', 'run_id')).toEqual([runs[2][0], runs[3][0]]);
  expect((await prune(db, days, now)).filter(({ count }) => count > 0)).toEqual([]);
});

test('0 keeps for ever, and a day passes between two looks', async () => {
  const forever = { runs: 0, events: 0, deliveries: 0, findings: 0, scores: 0, audit: 0 };
  expect(await prune(db, forever, ago(-10_000))).toEqual([]);
  expect(await pruneDaily(db, days, now)).not.toBeNull();
  expect(await pruneDaily(db, days, new Date(now.getTime() + day - 1))).toBeNull();
  expect(await pruneDaily(db, days, new Date(now.getTime() + day))).not.toBeNull();
});

test('people who left Salesforce long enough ago are noted for forgetting; companies, the living and the recent are not', async () => {
  const definitions = await loadDefinitions();
  for (const [object, table] of [
    ['Contact', 'contact'],
    ['Opportunity', 'opportunity'],
  ] as const) {
    await db.query(sql`insert into mirror.object (connection_id, object, table_name, is_replicateable, described_at)
      values ('default', ${object}, ${table}, true, now())`);
    await db.query(
      raw(`create table mirror.${table} (connection_id text, id text, _version bigint, _deleted_at timestamptz,
      _deleted_reason text, _run_id text)`),
    );
    for (const [id, at] of [
      ['old', ago(31)],
      ['recent', ago(29)],
      ['alive', null],
    ] as const) {
      await db.query(
        sql`insert into ${raw(`mirror.${table}`)} values ('default', ${`${object}-${id}`}, 1, ${at}, ${at && 'deleted'}, 'x')`,
      );
      await db.query(sql`insert into golden.membership (entity, connection_id, id, object, golden_id, since_at, since_run_id)
        values (${object === 'Contact' ? 'person' : 'opportunity'}, 'default', ${`${object}-${id}`}, ${object}, 'g', now(), 'x')`);
    }
  }
  expect(await forgetDeleted(db, definitions, 0, now)).toBeNull();
  const id = await forgetDeleted(db, definitions, 30, now);
  expect(await ids('control.forgotten', 'record_id')).toEqual(['Contact-old']);
  expect(await listForgettings(db)).toMatchObject([
    { id, subject: 'deleted', recordCount: 1, requestedBy: 'retention' },
  ]);
  expect(await forgetDeleted(db, definitions, 30, now)).toBeNull();
});

/** A table of the mirror with rows, as a pull leaves it. @param fields API name to type of Salesforce */
async function mirrored(object: string, table: string, fields: Record<string, string>, rows: Record<string, string>[]) {
  await db.query(sql`insert into mirror.object (connection_id, object, table_name, is_replicateable, described_at)
    values ('org', ${object}, ${table}, true, ${now})`);
  const column = (field: string) => field.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  const columns = Object.keys(fields).map((field) => `${column(field)} text`);
  await db.query(
    raw(`create table mirror.${table} (connection_id text, id text, _version bigint, _deleted_at timestamptz,
    _deleted_reason text, ${columns.join(', ')})`),
  );
  for (const [field, type] of Object.entries(fields))
    await db.query(sql`insert into mirror.field (connection_id, object, field, column_name, salesforce_type, pg_type, is_calculated,
      state, seen_run_id) values ('org', ${object}, ${field}, ${column(field)}, ${type}, 'text', false, 'visible', 'run_1')`);
  for (const [at, row] of rows.entries()) {
    const named = Object.fromEntries(Object.entries(row).map(([field, value]) => [column(field), value]));
    const whole = JSON.stringify({ id: `${object.toLowerCase()}${at}`, connection_id: 'org', _version: 1, ...named });
    await db.query(
      raw(`insert into mirror.${table} select * from jsonb_populate_record(null::mirror.${table}, $j$${whole}$j$)`),
    );
  }
}

test('a name in rows about the person, in a list and in a message goes with them, by whatever column; others keep theirs', async () => {
  await db.query(sql`insert into control.connection (id, name) values ('org', 'Org')`);
  const her = {
    FirstName: 'Annual',
    LastName: 'Quorvath',
    Name: 'Annual Quorvath',
    MobilePhone: '+1 555 0177',
    MailingStreet: 'Quill 7',
  };
  const text = {
    FirstName: 'string',
    LastName: 'string',
    Name: 'string',
    MobilePhone: 'phone',
    MailingStreet: 'textarea',
  };
  await mirrored('Contact', 'her_contact', { ...text, ReportsToId: 'reference' }, [
    her,
    { ...her, FirstName: 'Otto', LastName: 'Report', Name: 'Otto Report', ReportsToId: 'contact0' },
  ]);
  await mirrored('CampaignMember', 'her_member', { ContactId: 'reference', FirstName: 'string', LastName: 'string' }, [
    { ContactId: 'contact0', FirstName: 'Annual', LastName: 'Quorvath' },
    { ContactId: 'contact1', FirstName: 'Annual', LastName: 'Other' },
  ]);
  await mirrored('Task', 'her_task', { WhoId: 'reference', Subject: 'string' }, [
    { WhoId: 'contact0', Subject: 'Call Ms QUORVATH' },
    { WhoId: 'contact0', Subject: 'Annual review' },
  ]);
  const list = 'lst_00000000-0000-7000-8000-000000000001';
  await db.query(sql`insert into lookup.list_check (id, entity, name, header, mapping, row_count, requested_by, requested_at, keep_until)
    values (${list}, 'person', 'list.csv', '{a,b}', '{}', 4, 'x', ${now}, ${now})`);
  await db.query(sql`insert into golden.membership (entity, connection_id, id, object, golden_id, since_at, since_run_id)
    values ('person', 'org', 'contact0', 'Contact', 'per_1', ${now}, 'run_1')`);
  await db.query(sql`insert into lookup.list_row (check_id, line, cells, answer) values
    (${list}, 2, '{ANNUAL,QUORVATH}', null), (${list}, 3, '{Slip,Kvorvat}', '{"goldenId":"per_1"}'),
    (${list}, 4, '{"Annual plan",Baker}', '{"goldenId":"per_2"}'), (${list}, 5, ${['Line\n', '+1 555 0177']}, null)`);
  await db.query(sql`insert into alert.message (key, kind, payload, not_before, created_at) values
    ('a', 'test', '{"text":"Annual bookings fell"}', ${now}, ${now}), ('b', 'test', '{"text":"Annual Quorvath"}', ${now}, ${now})`);

  const records = { connectionId: 'org', object: 'Contact', ids: ['contact0'] };
  expect(await eraseRecords(db, await loadDefinitions(), records, now)).toBe(1);
  expect(await placesOf(db, ['Quorvath', 'Kvorvat'])).toEqual([]);
  expect(await ids('lookup.list_row', 'line')).toEqual(['4']);
  expect(await ids('alert.message', 'key')).toContain('a');
  expect(await db.query(sql`select subject from mirror.her_task order by id`)).toEqual([
    { subject: null },
    { subject: 'Annual review' },
  ]);
  expect(await db.query(sql`select first_name, last_name from mirror.her_member order by id`)).toEqual([
    { first_name: null, last_name: null },
    { first_name: 'Annual', last_name: 'Other' },
  ]);
  // Of the same office, and somebody else.
  expect(await db.query(sql`select mobile_phone, mailing_street from mirror.her_contact order by id`)).toEqual([
    { mobile_phone: null, mailing_street: null },
    { mobile_phone: '+1 555 0177', mailing_street: 'Quill 7' },
  ]);
});

test('what is kept of incidents, repairs, lists and statements stays without the texts that name somebody', async () => {
  await db.query(sql`insert into control.connection (id, name) values ('org', 'Org') on conflict do nothing`);
  const fields = { FirstName: 'string', LastName: 'string', Name: 'string', Email: 'email' };
  const him = { FirstName: 'Mark', LastName: 'Vulpenor', Name: 'Mark Vulpenor', Email: 'mark@vulpenor.example' };
  await mirrored('Lead', 'his_lead', fields, [him, { Name: 'Floor', FirstName: 'Floor' }]);
  const detail = {
    drops: [{ object: 'Lead', score: 71.5, reason: 'below-floor' }],
    samples: [{ name: 'mark vulpenor', first: 'Mark', last: 'Vulpenor', id: 'lead0' }, { name: 'Mark Vulpenorsen' }],
    parts: { 'Mark Vulpenor': 3, Other: 4 },
  };
  await db.query(sql`insert into alert.incident (id, connection_id, kind, subject, severity, detail, notice, opened_run_id, opened_at,
      updated_run_id) values ('inc_1', 'org', 'score-fall', 'Lead', 'warn', ${JSON.stringify(detail)},
      '{"text":"Mark this: call mark@vulpenor.example"}', 'run_1', ${now}, 'run_1')`);
  await db.query(sql`insert into alert.step (incident_id, at, action, note) values
      ('inc_1', ${now}, 'mute', 'Vulpenor, Mark is away'), ('inc_1', ${now}, 'mute', 'Mark the calendar')`);
  await db.query(sql`insert into history.fix (fix_id, kind, connection_id, subject, object, record_ids, opened_run_id, opened_at,
      predicted) values ('fix_1', 'person_copies', 'org', 'per_1', 'Lead', '{lead0}', 'run_1', ${now},
      '{"bookings":{"alone":-12.25,"owner":"Mark Vulpenor"}}')`);
  const list = 'lst_00000000-0000-7000-8000-000000000002';
  await db.query(sql`insert into lookup.list_check (id, entity, name, header, mapping, row_count, requested_by, requested_at, keep_until)
    values (${list}, 'person', 'call Mark Vulpenor.csv', '{Mark,Vulpenor,Title}', '{}', 0, 'x', ${now}, ${now})`);
  const isCounting = (await db.query(sql`select current_setting('pg_stat_statements.max', true) as max`))[0]?.max;
  if (isCounting) await db.query(sql`create extension pg_stat_statements`);
  await db.query(raw(`comment on schema alert is 'as Mark Vulpenor asked'`));
  await db.query(raw(`comment on schema alert is null`));
  expect((await placesOf(db, ['Vulpenor'])).some((one) => one.startsWith('public.pg_stat_statements'))).toBe(
    !!isCounting,
  );

  const definitions = await loadDefinitions();
  const forget = (id: string) => eraseRecords(db, definitions, { connectionId: 'org', object: 'Lead', ids: [id] }, now);
  await forget('lead0');
  // Whose name is a word of ours.
  await forget('lead1');
  expect((await placesOf(db, ['Vulpenor'])).filter((one) => !one.startsWith('alert.incident'))).toEqual([]);
  const gone = '(forgotten)';
  expect(await db.query(sql`select detail, notice from alert.incident`)).toEqual([
    {
      detail: {
        ...detail,
        samples: [{ name: gone, first: gone, last: gone, id: 'lead0' }, { name: 'Mark Vulpenorsen' }],
        parts: { [gone]: 3, Other: 4 },
      },
      notice: { text: gone },
    },
  ]);
  expect(await db.query(sql`select note from alert.step order by sequence`)).toEqual([
    { note: gone },
    { note: 'Mark the calendar' },
  ]);
  expect(await db.query(sql`select predicted from history.fix`)).toEqual([
    { predicted: { bookings: { alone: -12.25, owner: gone } } },
  ]);
  expect(await db.query(sql`select name, header from lookup.list_check where id = ${list}`)).toEqual([
    { name: gone, header: [gone, gone, 'Title'] },
  ]);
});
