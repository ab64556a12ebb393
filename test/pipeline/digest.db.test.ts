/** The weekly digest: to whom, when, once, and what stands in it. */
import sql, { raw } from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import { sendDigests } from '../../src/incidents/digest.ts';
import { mailNotifier } from '../../src/mail/smtp.ts';
import { buildApp } from '../../src/http/app.ts';
import { alertSettings } from '../../src/model/definitions.ts';
import { silentLog } from '../../src/model/ports.ts';
import type { Notifiers } from '../../src/model/notifier.ts';
import { botNotifier } from '../../src/slack/bot.ts';
import { testDatabase } from '../database.ts';
import { type MailServer, startMailServer } from '../mail/server.ts';

const definitions = await loadDefinitions();
const { rules, alerts } = definitions;
const digest = { weekday: 1, at: '08:00', timeZone: 'Europe/Berlin', admins: 'C0ADMIN', owners: 'mail' as const };
const settings = (own: object = {}) => alertSettings.parse({ ...alerts, digest: { ...digest, ...own } });
/** A Monday in summer: eight in Berlin is six UTC. */
const monday = (time: string) => new Date(`2026-06-01T${time}:00Z`);

let db: Db;
let slack: SlackReceiver;
let mails: MailServer;
beforeAll(async () => {
  db = await testDatabase();
  await db.query(
    raw(`create table standard."user" (connection_id text, id text, name text, email text, manager_id text,
    is_active boolean, is_deleted boolean)`),
  );
  await db.query(sql`insert into standard."user" values
    ('default', '005ANN', 'Ann Lee', 'ann@acme.example', '005MAX', true, false),
    ('default', '005BOB', 'Bob Ray', 'bob@acme.example', '005MAX', true, false),
    ('default', '005MAX', 'Max Orr', 'max@acme.example', null, true, false),
    ('default', '005OLD', 'Old One', 'old@acme.example', null, false, false),
    ('default', '005NON', 'None Hers', 'non@acme.example', null, true, false)`);
  await db.query(sql`insert into quality.judgement values ('default', 'Contact', '{}', now(), 'r', now())`);
  const finding = (
    owner: string,
    record: string,
    amount: number | null,
    opened: string,
    closed: string | null = null,
  ) =>
    db.query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
        is_stale, owner_id, amount, opened_run_id, opened_at, last_seen_run_id, last_seen_at, closed_at, is_waived)
      values ('opportunity-amount-missing', 1, 'default', 'Opportunity', ${record}, 'completeness', 'warn', false, ${owner},
        ${amount}, 'r', ${opened}, 'r', ${opened}, ${closed}, ${record === '006W'})`);
  for (const [at, amount] of [10, 5_000, null, 900, 70].entries())
    await finding('005ANN', `006A${at}`, amount, '2026-01-01');
  await db.query(sql`insert into history.fix (kind, connection_id, subject, object, record_ids, rule_ids, opened_run_id, opened_at,
      predicted, predicted_amount)
    values ('stale_deal', 'default', '006A1', 'Opportunity', '{006A1}', '{opportunity-amount-missing}', 'r', '2026-01-01',
      '{"open_pipeline": {"alone": -4800, "onTop": -4800}}', -4800)`);
  await finding('005ANN', '006N', 1, '2026-05-30');
  await finding('005ANN', '006C', 1, '2026-01-01', '2026-05-31');
  await finding('005ANN', '006W', 99_999, '2026-01-01');
  await finding('005BOB', '006B', 3, '2026-01-01');
  await finding('005OLD', '006O', 3, '2026-01-01');
});
afterAll(() => db.close());
beforeEach(async () => {
  [slack, mails] = await Promise.all([startSlackReceiver(), startMailServer()]);
  await db.query(sql`truncate alert.message, alert.incident cascade`);
  await db.query(
    sql`update control.connection set name = 'acme', instance_url = 'https://acme.example' where id = 'default'`,
  );
});
afterEach(async () => void (await Promise.all([slack.close(), mails.close()])));

const notifiers: Notifiers = (target) =>
  target.startsWith('mailto:')
    ? mailNotifier({ url: mails.url, from: 'assay@acme.example', to: target.slice(7) })
    : botNotifier({ token: 'xoxb-test', channel: target, apiUrl: slack.apiUrl, paceMs: 0 });
const send = (now: Date, own: object = {}) => sendDigests(db, rules, now, settings(own), 'https://assay.acme.example/');
const deliver = (now: Date) => deliverMessages(db, notifiers, { now: () => now });

it('comes on its day after its hour, once, whoever looks', async () => {
  expect(await sendDigests(db, rules, monday('08:00'), alerts, null)).toBe(0);
  expect(await send(new Date('2026-05-31T08:00:00Z'))).toBe(0);
  expect(await send(monday('05:59'))).toBe(0);
  const both = await Promise.all([send(monday('06:00')), send(monday('06:00'))]);
  // The admins, Ann, Bob, and Max for the team.
  expect(both.reduce((sum, one) => sum + one)).toBe(4);
  expect(await send(monday('12:00'))).toBe(0);
  expect(await send(new Date('2026-06-08T06:00:00Z'))).toBe(4);
});

it('tells each owner what is theirs, the three most valuable first, and a manager of the team', async () => {
  await send(monday('06:00'));
  await deliver(monday('06:01'));
  const by = new Map(
    mails.mails.map(({ to, raw: text }) => [to[0], text.replaceAll('=\r\n', '').replaceAll('=3D', '=')]),
  );
  expect([...by.keys()].sort()).toEqual(['ann@acme.example', 'bob@acme.example', 'max@acme.example']);
  const ann = by.get('ann@acme.example')!;
  expect(ann).toContain('Subject: acme: 6 findings of yours to fix');
  expect(ann).toContain('1 new and 1 closed in a week');
  const order = ['006A1', '006A3', '006A4'].map((id) => ann.indexOf(`${id} (https://acme.example/${id})`));
  expect(order.every((at) => at > 0) && order.toSorted((a, b) => a - b)).toEqual(order);
  for (const absent of ['006A0', '006W', '006B', '99,999']) expect(ann).not.toContain(absent);
  // What its repair does, in words and by metric; of the others nothing is promised.
  expect(ann).toContain('Fixing it takes up to 4,800 out of open pipeline');
  expect(ann).toContain(' (900)');
  const max = by.get('max@acme.example')!;
  expect(max).toContain('Your team: 7 findings');
  expect(max).toContain('005ANN (https://acme.example/005ANN): 6');
  // In the channel of the admins stand ids and counts, no names.
  expect(slack.messages).toMatchObject([{ channel: 'C0ADMIN', text: 'acme: 8 findings to fix this week' }]);
  const shown = JSON.stringify(slack.messages[0]!.blocks);
  expect(shown).toContain('Opportunity: 8 open, 1 new, 1 closed');
  expect(shown).toContain('|006A1>: ');
  expect(shown).not.toMatch(/Ann|acme\.example>|Lee/);
});

it('writes to owners in Slack by their address, and shows who has none there', async () => {
  slack.workspace.emails.set('U0ANN', 'ann@acme.example');
  slack.workspace.emails.set('U0MAX', 'max@acme.example');
  expect(await send(monday('06:00'), { owners: 'slack', admins: 'default' })).toBe(4);
  await deliverMessages(db, (target) => (target === 'default' ? null : notifiers(target)), {
    now: () => monday('06:01'),
  });
  expect(slack.messages.map(({ channel }) => channel).sort()).toEqual(['U0ANN', 'U0MAX']);
  const states = await db.query(sql`select state, fault from alert.message where target = 'user:bob@acme.example'`);
  expect(states).toEqual([{ state: 'dead', fault: 'Slack answered users_not_found.' }]);
  // Nobody is set who takes it: it waits.
  expect(await db.query(sql`select state from alert.message where target = 'default'`)).toEqual([{ state: 'pending' }]);
});

it('links each owner to what is theirs and their team’s, for eight days, and to nothing else', async () => {
  await db.query(sql`update control.connection set name = '<Acme>' where id = 'default'`);
  await send(monday('06:00'));
  await deliver(monday('06:01'));
  const linkOf = (who: string) =>
    mails.mails
      .filter(({ to }) => to[0] === who)
      .map(
        ({ raw: text }) => /https:\/\/assay\.acme\.example(\/team\/[\w-]{43})/.exec(text.replaceAll('=\r\n', ''))?.[1],
      )[0]!;
  let now = monday('09:00');
  const app = await buildApp({ db, definitions, log: silentLog, clock: { now: () => now } });
  const open = async (url: string) => {
    const { statusCode, headers, payload } = await app.inject({ url });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    return { statusCode, payload };
  };
  const max = await open(linkOf('max@acme.example'));
  expect(max.statusCode).toBe(200);
  for (const part of ['&lt;Acme&gt;: 7 to fix', 'Ann Lee: 6', 'Bob Ray: 1', 'href="https://acme.example/006A1"']) {
    expect(max.payload).toContain(part);
  }
  // Ann reports to Max, and sees what is hers: no colleague, and nobody who reports to nobody.
  const ann = await open(linkOf('ann@acme.example'));
  expect(ann.payload).toContain('Yours: 6');
  for (const absent of ['Bob', 'Max', '006B', '006O', '006W', '@acme.example'])
    expect(ann.payload).not.toContain(absent);
  // The token is kept as its hash, and a wrong one says no more than an old one.
  const kept = await db.query<{ text: string }>(sql`select string_agg(t::text, ' ') as text from alert.team_link t`);
  expect(kept[0]!.text).not.toContain(linkOf('ann@acme.example').slice(6));
  const wrong = await open(`/team/${'A'.repeat(43)}`);
  expect(wrong).toMatchObject({ statusCode: 404, payload: expect.stringContaining('This link has ended') });
  now = new Date('2026-06-09T06:00:01Z');
  expect(await open(linkOf('ann@acme.example'))).toEqual(wrong);
  now = monday('09:00');
  await db.query(sql`update standard."user" set is_active = false where id = '005ANN'`);
  expect(await open(linkOf('ann@acme.example'))).toEqual(wrong);
  await db.query(sql`update standard."user" set is_active = true where id = '005ANN'`);
  await app.close();
});
