/** A fall becomes one incident and one message, edited and resolved; delivery survives every failure of Slack. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { alert } from '../../src/pipeline/alert.ts';
import type { Drop } from '../../src/pipeline/alert/judge.ts';
import { deliverMessages } from '../../src/pipeline/alert/deliver.ts';
import { weigh } from '../../src/quality/weigh.ts';
import { botNotifier } from '../../src/slack/bot.ts';
import { webhookNotifier } from '../../src/slack/webhook.ts';
import { testDatabase } from '../database.ts';
import { contextAt } from './score-context.ts';

const definitions = await loadDefinitions();
let db: Db;
let slack: SlackReceiver;
let day = 0;

beforeAll(async () => {
  db = await testDatabase();
  for (const table of ['account', 'contact']) {
    await db.query(sql`create table ${identifier('standard', table)}
      (connection_id text, id text, created_at timestamptz, created_by_id text)`);
  }
});
afterAll(() => db.close());
beforeEach(async () => {
  slack = await startSlackReceiver();
  await db.query(sql`truncate alert.incident, alert.message, quality.score, quality.check_result, match.model_change`);
});
afterEach(() => slack.close());

const bot = () => botNotifier({ token: 'xoxb-test', channel: 'C1', apiUrl: slack.apiUrl });
const webhook = () => webhookNotifier(slack.webhookUrl, [new URL(slack.url).host]);
const later = (seconds: number) => ({ now: () => new Date(Date.UTC(2026, 5, 1 + day) + seconds * 1000) });

const ruleOf = { Account: 'account-website-missing', Contact: 'contact-title-missing' };

/** A run in which so many of 1,000 accounts have no website and so many of 1,000 contacts no title. */
async function scored(missing: Partial<Record<keyof typeof ruleOf, number>>) {
  day += 1;
  const context = await contextAt(db, definitions, later(0).now().toISOString());
  for (const [object, violatedCount] of Object.entries(missing)) {
    await db.query(sql`insert into quality.check_result values (${context.run.id}, 'default',
      ${ruleOf[object as keyof typeof ruleOf]}, 1, ${object}, 'completeness', 1000, ${violatedCount})`);
    const checks = weigh([{ dimension: 'completeness', applicableCount: 1000, violatedCount }]);
    for (const one of checks.filter(({ score }) => score !== null)) {
      await db.query(sql`insert into quality.score values (${context.run.id}, 'default', ${object}, ${one.dimension},
        ${one.score}, 1000, 1000, 'h', ${later(0).now().toISOString()})`);
    }
  }
  return context;
}
async function night(missing: number) {
  const context = await scored({ Contact: missing });
  return { context, result: await alert(context) };
}
async function steadyWeek() {
  for (let index = 0; index < 6; index += 1) expect((await night(100)).result.changedCount).toBe(0);
}
const states = async () =>
  (await db.query<{ state: string }>(sql`select state from alert.message order by sequence`)).map((row) => row.state);

it('tells a fall once, edits it while it lasts and resolves it in the same message', async () => {
  await steadyWeek();
  const { context, result } = await night(200);
  expect(result.changedCount).toBe(1);
  expect((await alert(context)).changedCount).toBe(0);
  expect(await deliverMessages(db, bot(), later(1))).toMatchObject({ sent: 1, nextAt: null });
  expect(slack.messages[0]!.text).toBe(
    'Salesforce: Contact score fell from 90 to 80. Cause: Contact without a job title, 100 more records (200 in all). ' +
      'Fix: Add the job title; routing depends on it.',
  );
  expect(JSON.stringify(slack.messages[0]!.blocks)).toContain('100 more records (200 in all), 10 points');
  expect((await night(200)).result.changedCount).toBe(0);
  await night(215);
  await deliverMessages(db, bot(), later(1));
  await night(100);
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages).toMatchObject([{ text: 'Salesforce: resolved. Contact score is back at 90.', editCount: 2 }]);
  expect(await states()).toEqual(['sent', 'sent', 'sent']);
});

it('waits as long as Slack says, then sends', async () => {
  await night(900);
  slack.failNext({ status: 429, retryAfter: 30 });
  const waiting = await deliverMessages(db, webhook(), later(1));
  expect(waiting).toMatchObject({ retry: 1, nextAt: later(31).now() });
  expect(await deliverMessages(db, webhook(), later(20))).toMatchObject({ sent: 0 });
  expect(await deliverMessages(db, webhook(), later(31))).toMatchObject({ sent: 1 });
  expect(slack.messages).toHaveLength(1);
});

it.each(['after-accept', 'before-accept'] as const)('posts once when the answer is dropped %s', async (drop) => {
  await night(900);
  slack.failNext({ drop });
  expect(await deliverMessages(db, bot(), later(1))).toMatchObject({ unconfirmed: 1 });
  expect(await deliverMessages(db, bot(), later(60))).toMatchObject({ sent: 1 });
  expect(slack.messages).toHaveLength(1);
});

it('never sends a doubtful webhook message again', async () => {
  await night(900);
  slack.failNext({ drop: 'after-accept' });
  await deliverMessages(db, webhook(), later(1));
  expect(await deliverMessages(db, webhook(), later(3600))).toMatchObject({ sent: 0, nextAt: null });
  expect(await states()).toEqual(['unconfirmed']);
  expect(slack.messages).toHaveLength(1);
});

it('takes over from a worker that died after posting', async () => {
  await night(900);
  await db.query(sql`update alert.message set state = 'sending', not_before = ${later(60).now().toISOString()}`);
  const [row] = await db.query<{ incident_id: string }>(sql`select incident_id from alert.message`);
  await bot().post({ text: 'posted before the crash', blocks: [] }, row!.incident_id);
  expect(await deliverMessages(db, bot(), later(30))).toMatchObject({ sent: 0 });
  expect(await deliverMessages(db, bot(), later(61))).toMatchObject({ sent: 1 });
  expect(slack.messages).toMatchObject([{ editCount: 1 }]);
});

it('gives up on a revoked webhook, and two workers at once send once', async () => {
  await night(900);
  slack.failNext({ status: 404 });
  expect(await deliverMessages(db, webhook(), later(1))).toMatchObject({ dead: 1, nextAt: null });
  await db.query(sql`update alert.message set state = 'pending'`);
  await Promise.all([deliverMessages(db, webhook(), later(2)), deliverMessages(db, webhook(), later(2))]);
  expect(slack.messages).toHaveLength(1);
});

it('tells what fell in one night in one message, and another night’s fall in another', async () => {
  for (let index = 0; index < 3; index += 1) await alert(await scored({ Account: 100, Contact: 100 }));
  await alert(await scored({ Account: 300, Contact: 200 }));
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages).toHaveLength(1);
  expect(slack.messages[0]!.text).toBe(
    'Salesforce: Account score fell from 90 to 70. Cause: Account without a website, 200 more records (300 in all). ' +
      'Fix: Add the website; it is the best evidence to tell companies apart. ' +
      'Contact score fell from 90 to 80. Cause: Contact without a job title, 100 more records (200 in all). ' +
      'Fix: Add the job title; routing depends on it.',
  );
  // A run of some objects says nothing about the others.
  await alert(await scored({ Contact: 100 }));
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages).toMatchObject([
    {
      editCount: 1,
      text: 'Salesforce: Account score fell from 90 to 70. Cause: Account without a website, 200 more records (300 in all). Fix: Add the website; it is the best evidence to tell companies apart.',
    },
  ]);
  await alert(await scored({ Account: 100, Contact: 100 }));
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages).toMatchObject([{ text: 'Salesforce: resolved. Account score is back at 90.' }]);
  await alert(await scored({ Account: 100, Contact: 300 }));
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages).toHaveLength(2);
});

it('names how many of the records are new and who made them', async () => {
  await night(100);
  const context = await scored({ Contact: 200 });
  const opened = Array.from({ length: 100 }, (_, at) => `003${String(at).padStart(15, '0')}`);
  await db.query(sql`insert into standard.contact select 'default', id, now() + interval '1 day', '005000000000001AAA'
    from unnest(${opened}::text[]) as id`);
  await db.query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
      is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
    select 'contact-title-missing', 1, 'default', 'Contact', id, 'completeness', 'warn', false, ${context.run.id}, now(),
      ${context.run.id}, now() from unnest(${opened}::text[]) as id`);
  await alert(context);
  await deliverMessages(db, bot(), later(1));
  expect(JSON.stringify(slack.messages[0]!.blocks)).toContain(
    '100 of them new records, 100 created by 005000000000001AAA',
  );
});

it('names a creator that is a program, and no person', async () => {
  await night(100);
  const robot = '005000000000009AAA';
  await db.query(sql`create table unified.dim_user (connection_id text, user_id text, name text)`);
  await db.query(
    sql`insert into unified.dim_user values ('default', ${robot}, 'Partner <Import>'), ('default', '005000000000001AAA', 'Ann Lee')`,
  );
  const say = async (day: number, creator: string, integrationUserIds: string[]) => {
    const context = await scored({ Contact: 100 + day * 100 });
    const opened = Array.from({ length: 100 }, (_, at) => `003${day}${String(at).padStart(14, '0')}`);
    await db.query(sql`insert into standard.contact select 'default', id, now() + interval '1 day', ${creator}
      from unnest(${opened}::text[]) as id`);
    await db.query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
        is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
      select 'contact-title-missing', 1, 'default', 'Contact', id, 'completeness', 'warn', false, ${context.run.id}, now(),
        ${context.run.id}, now() from unnest(${opened}::text[]) as id`);
    await alert({ ...context, definitions: { ...definitions, integrationUserIds } });
    await deliverMessages(db, bot(), later(1));
    return slack.messages.at(-1)!;
  };
  const byRobot = await say(4, robot, [robot.slice(0, 15)]);
  expect(byRobot.text).toContain('400 more records (500 in all), created by Partner &lt;Import&gt;. Fix:');
  expect(JSON.stringify(byRobot.blocks)).toContain('100 created by Partner &lt;Import&gt;');
  const byPerson = await say(6, '005000000000001AAA', [robot]);
  expect(byPerson.text).toContain('600 more records (700 in all). Fix:');
  expect(JSON.stringify(byPerson.blocks)).toContain('100 created by 005000000000001AAA');
  expect(JSON.stringify(slack.messages)).not.toContain('Ann Lee');
});

it('names the org as people do, says what to do, and links the examples when the address of the org is known', async () => {
  await night(100);
  await db.query(
    sql`update control.connection set name = 'acme <eu>', instance_url = 'https://acme.example' where id = 'default'`,
  );
  const context = await scored({ Contact: 200 });
  await db.query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
      is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
    values ('contact-title-missing', 1, 'default', 'Contact', '003000000000009AAA', 'completeness', 'warn', false,
      ${context.run.id}, now(), ${context.run.id}, now())`);
  await alert(context);
  await deliverMessages(db, bot(), later(1));
  const [message] = slack.messages;
  expect(message!.text).toMatch(
    /^acme &lt;eu&gt;: Contact score fell from 90 to 80\. Cause: .* Fix: Add the job title/,
  );
  const blocks = JSON.stringify(message!.blocks);
  expect(blocks).toContain('<https://acme.example/003000000000009AAA|003000000000009AAA>');
  expect(blocks).toContain('Fix: Add the job title; routing depends on it.');
  await db.query(sql`update control.connection set name = 'Salesforce', instance_url = null where id = 'default'`);
});

it('tells of a model put aside once, of the next in the same message, and resolves it when one is in use', async () => {
  const trained = (n: number, cause: string, held: boolean) =>
    db.query(
      sql`insert into match.model_change values (${`mdl_${n}`}, 'person', 'run_1', ${later(n).now()}, ${cause}, ${held}, 25, 9, 2, 70, 1, 2, 20, 7, 95)`,
    );
  const evening = async () => {
    const { result } = await night(100);
    await deliverMessages(db, bot(), later(1));
    return result.changedCount;
  };
  const said = () =>
    slack.messages.map(({ text, blocks, editCount }) => ({ text, blocks: JSON.stringify(blocks), editCount }));
  await trained(1, 'labels', true);
  expect(await evening()).toBe(1);
  expect(await evening()).toBe(0);
  expect(said()).toMatchObject([
    {
      text: 'Approval needed: a new person matching model would change 30 groups (30 %)',
      editCount: 0,
    },
  ]);
  expect(said()[0]!.blocks).toMatch(
    /Of 25 decisions the model in use contradicts 9, the new one 2\..*with 95 records.*mdl_1\/accept.*undo/,
  );
  await trained(2, 'drift', true);
  expect(await evening()).toBe(1);
  expect(said()).toMatchObject([
    { blocks: expect.stringMatching(/Many records have changed.*mdl_2\/accept/), editCount: 1 },
  ]);
  await db.query(sql`update match.model_change set accepted_at = now(), accepted_by = 'bob <b>' where id = 'mdl_2'`);
  expect(await evening()).toBe(0);
  await trained(3, 'accepted', false);
  expect(await evening()).toBe(1);
  expect(said()).toMatchObject([
    {
      text: 'Resolved: a new person matching model is in use. bob &lt;b&gt; approved it.',
      editCount: 2,
    },
  ]);
  expect(await evening()).toBe(0);
  await trained(4, 'full', false);
  expect(await evening()).toBe(0);
  expect(await states()).toEqual(['sent', 'sent', 'sent']);
});

const posted = () => slack.messages.map(({ text, threadTs, editCount }) => ({ text, threadTs, editCount }));

it('posts another fall of an object anew while its incident is open, below the floor too', async () => {
  await night(700);
  await deliverMessages(db, bot(), later(1));
  expect((await night(700)).result.changedCount).toBe(0);
  expect((await night(850)).result.changedCount).toBe(1);
  await deliverMessages(db, bot(), later(1));
  const again =
    'Salesforce: another fall. Contact score fell from 30 to 15. Cause: Contact without a job title, 150 more records ' +
    '(850 in all). Fix: Add the job title; routing depends on it.';
  expect(posted()).toEqual([
    { text: again, threadTs: null, editCount: 1 },
    { text: again, threadTs: slack.messages[0]!.ts, editCount: 0 },
  ]);
  // What stays down is edited alone; nothing is posted twice.
  expect((await night(850)).result.changedCount).toBe(0);
  await night(865);
  await deliverMessages(db, bot(), later(1));
  expect(posted()).toMatchObject([{ editCount: 2 }, { editCount: 0 }]);
  // Back at the level before the second fall it is still below the floor.
  await night(700);
  await deliverMessages(db, bot(), later(1));
  expect(posted()).toMatchObject([{ text: expect.stringContaining('below the floor'), editCount: 3 }, {}]);
  await night(100);
  await deliverMessages(db, bot(), later(1));
  expect(posted()).toMatchObject([{ text: 'Salesforce: resolved. Contact score is back at 90.' }, {}]);
});

it('posts another fall by webhook, and once where Slack was away for both', async () => {
  await steadyWeek();
  await night(200);
  await deliverMessages(db, webhook(), later(1));
  await night(300);
  await deliverMessages(db, webhook(), later(1));
  expect(posted().map(({ text }) => text.slice(0, 60))).toEqual([
    'Salesforce: Contact score fell from 90 to 80. Cause: Contact',
    'Salesforce: another fall. Contact score fell from 90 to 70. ',
  ]);
  await night(100);
  await deliverMessages(db, webhook(), later(1));
  expect(slack.messages).toHaveLength(3);
  await night(200);
  await night(300);
  await deliverMessages(db, bot(), later(1));
  expect(posted().slice(3)).toMatchObject([{ text: expect.stringContaining('fell from'), editCount: 0 }]);
});

it('posts another fall once whatever answer is lost', async () => {
  await steadyWeek();
  await night(200);
  await deliverMessages(db, bot(), later(1));
  await night(300);
  slack.failNext({ drop: 'after-accept' }, { drop: 'after-accept' });
  for (const seconds of [1, 60, 120, 180]) await deliverMessages(db, bot(), later(seconds));
  expect(slack.messages).toHaveLength(2);
});

it('says once that a score drifts a point a night', async () => {
  for (let missing = 50; missing <= 450; missing += 10) {
    await night(missing);
    await deliverMessages(db, bot(), later(1));
    if (missing < 120) continue;
    expect(slack.messages).toHaveLength(1);
  }
  expect(slack.messages[0]!.text).toMatch(/fell slowly from 9\d to 55\./);
});

it('takes no change of rules for a fall, and ends what older rules measured', async () => {
  await steadyWeek();
  await night(200);
  await deliverMessages(db, bot(), later(1));
  const context = await scored({ Contact: 400 });
  await db.query(sql`update quality.score set rules_hash = 'other' where run_id = ${context.run.id}`);
  await alert(context);
  await deliverMessages(db, bot(), later(1));
  expect(posted()).toMatchObject([
    { text: 'Salesforce: resolved. Contact score is 60, by other rules since.', editCount: 1 },
  ]);
});

it('explains the fall of the headline whole, by the same baseline, every night while it lives', async () => {
  let checked = 0;
  const nightOf = fc.record({ missing: fc.integer({ min: 0, max: 1000 }), isOther: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(nightOf, { minLength: 5, maxLength: 12 }), async (nights) => {
      await db.query(sql`truncate alert.incident, alert.message, quality.score, quality.check_result`);
      for (const { missing, isOther } of nights) {
        const context = await scored({ Contact: missing, Account: 1000 - missing });
        if (isOther)
          await db.query(sql`update quality.score set rules_hash = 'other' where run_id = ${context.run.id}`);
        await alert(context);
        type Row = { drops: Drop[]; causes: { object: string; contribution: number }[] };
        const rows = await db.query<Row>(sql`select drops, causes from alert.incident where state <> 'resolved'`);
        for (const { drops, causes } of rows) {
          for (const [object, [first]] of Map.groupBy(drops, (drop) => drop.object)) {
            const own = causes.filter((cause) => cause.object === object);
            const sum = own.reduce((all, { contribution }) => all + contribution, 0);
            expect(sum).toBeCloseTo((first!.baseline ?? 1) - first!.score, 9);
            checked += 1;
          }
        }
      }
    }),
    { numRuns: 12, seed: 5 },
  );
  expect(checked).toBeGreaterThan(50);
});
