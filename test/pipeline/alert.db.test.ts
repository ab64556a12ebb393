/** A fall becomes one incident and one message, edited and resolved; delivery survives every failure of Slack. */
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { alert } from '../../src/pipeline/alert.ts';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import {
  alsoChecked,
  bot,
  botOf,
  notice,
  posted,
  webhook,
  later,
  scored,
  night,
  steadyWeek,
  states,
  definitions,
  db,
  slack,
  useNights,
} from './alert-nights.ts';

useNights();

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
  await botOf('C1').post(notice('posted before the crash'), row!.incident_id);
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

it.each([
  ['after the baseline was scored', { read: null, edited: '1 day' }, true],
  ['while the baseline was matched, after it was read', { read: '-3 hours', edited: '-1 hour' }, true],
  ['before the baseline was read', { read: '-3 hours', edited: '-4 hours' }, false],
] as const)('names who edited the records when they broke, not who edited them since: %s', async (_, at, isNamed) => {
  const baseline = await night(100);
  if (at.read !== null) {
    await db.query(sql`insert into control.run_stage (run_id, stage, subject, state, started_at)
      values (${baseline.context.run.id}, 'pull', 'Contact', 'done', ${later(0).now()}::timestamptz + ${at.read}::interval)`);
  }
  const scoredAt = later(0).now();
  const context = await scored({ Contact: 200 });
  const ids = Array.from({ length: 100 }, (_, at) => `0036${String(at).padStart(14, '0')}`);
  const [broke, since] = ['005000000000009AAA', '005000000000001AAA'];
  await db.query(sql`insert into standard.contact select 'default', id, '2020-01-01', null, now() + interval '2 days', ${since}
    from unnest(${ids}::text[]) as id`);
  await db.query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
      is_stale, modified_at, modified_by_id, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
    select 'contact-title-missing', 1, 'default', 'Contact', id, 'completeness', 'warn', false,
      ${scoredAt}::timestamptz + ${at.edited}::interval, ${broke}, ${context.run.id}, ${later(0).now()}, ${context.run.id}, now() from unnest(${ids}::text[]) as id`);
  await alert(context);
  await deliverMessages(db, bot(), later(1));
  expect(JSON.stringify(slack.messages[0]!.blocks).includes(`100 edited by ${broke}`)).toBe(isNamed);
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

/** A night in which so many of 1,000 contacts have a wrong address, among nine rules of the dimension that stand still. */
async function wrongAddresses(count: number, version = 1, missing = 100) {
  const context = await scored({ Contact: missing });
  await alsoChecked(context.run.id, 'contact-email-invalid', count, version, 'validity');
  for (let at = 0; at < 9; at += 1) await alsoChecked(context.run.id, `steady-${at}`, 20, 1, 'validity');
  await alert(context);
  await deliverMessages(db, bot(), later(1));
}

it('tells the fall of one rule among ten, which is too small a part of its dimension, once, and once more when it falls on', async () => {
  for (let index = 0; index < 14; index += 1) await wrongAddresses(20);
  await wrongAddresses(60);
  const first =
    'Salesforce: Contact with an invalid e-mail address: up from 2 % to 6 %. Cause: 40 more records (60 in all). ' +
    'Fix: Correct the e-mail address; no e-mail reaches it.';
  expect(posted()).toEqual([{ text: first, threadTs: null, editCount: 0 }]);
  const [cause] = await db.query<{ causes: { contribution: number; isAlone: boolean }[] }>(
    sql`select detail->'causes' as causes from alert.incident`,
  );
  expect(cause!.causes).toMatchObject([{ isAlone: true, contribution: expect.closeTo(0.04, 9) }]);
  await wrongAddresses(62);
  expect(posted()).toHaveLength(1);
  await wrongAddresses(130);
  expect(posted()).toMatchObject([{}, { text: expect.stringContaining('another fall. Contact with an invalid') }]);
  // The dimension falls by what is told already: no news. Another dimension falls: news.
  await wrongAddresses(135);
  expect(posted()).toHaveLength(2);
  await wrongAddresses(135, 1, 200);
  expect(posted()).toHaveLength(3);
  expect(posted()[2]!.text).toMatch(/another fall\. Contact score fell .*Cause: Contact without a job title, 100 more/);
  await wrongAddresses(22);
  expect(JSON.stringify(slack.messages[0]!.blocks)).toMatch(/resolved.*invalid e-mail address: back at 2\.2 %/);
  expect(posted()).toHaveLength(3);
});

it('tells of a rule nothing where its dimension fell by it, or where it is another version', async () => {
  for (let index = 0; index < 14; index += 1) await wrongAddresses(20);
  await wrongAddresses(90, 2);
  expect(posted()).toEqual([]);
  await wrongAddresses(90, 2, 200);
  expect(posted()).toMatchObject([{ text: expect.stringContaining('Contact score fell from') }]);
  expect(posted()[0]!.text).not.toContain('up from');
});
