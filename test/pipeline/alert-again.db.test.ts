/** Another fall, a drift and other rules while an incident is open; and what becomes of a message that Slack refuses or loses. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { alert } from '../../src/pipeline/alert.ts';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import type { IncidentCause } from '../../src/pipeline/alert/describe.ts';
import type { Drop } from '../../src/pipeline/alert/judge.ts';
import {
  alsoChecked,
  bot,
  botOf,
  opened,
  webhook,
  later,
  scored,
  night,
  steadyWeek,
  posted,
  db,
  slack,
  useNights,
} from './alert-nights.ts';

useNights();

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

it('posts what falls anew of one of two objects in one thread, and an object that was well in an incident of its own', async () => {
  const nightOf = async (missing: { Account?: number; Contact?: number }) => {
    await alert(await scored(missing));
    await deliverMessages(db, bot(), later(1));
  };
  for (let at = 0; at < 6; at += 1) await nightOf({ Account: 100, Contact: 100 });
  await nightOf({ Account: 200, Contact: 200 });
  await nightOf({ Account: 200, Contact: 260 });
  const [first, again] = posted();
  expect(posted()).toHaveLength(2);
  expect(first).toMatchObject({ text: expect.stringContaining('Contact score fell from 90 to 74'), threadTs: null });
  expect(again).toMatchObject({ text: first!.text, threadTs: slack.messages[0]!.ts });
  // What fell anew comes first; what is down from before is not told as a fall of this night.
  expect(again!.text).toMatch(/another fall\. Contact score fell .*\. Account score is still down from 90 to 80\.$/);
  await nightOf({ Account: 100, Contact: 260 });
  await nightOf({ Account: 170, Contact: 260 });
  // Account had come back: its next fall is news, from where it was before and since, in the incident that still holds it.
  expect(posted()).toMatchObject([
    { text: expect.stringMatching(/another fall\. Account score fell from 90 to 83\..*Contact score is still down/s) },
    {},
    {
      text: expect.stringContaining('another fall. Account score fell from 90 to 83.'),
      threadTs: slack.messages[0]!.ts,
    },
  ]);
  await nightOf({ Account: 100, Contact: 100 });
  await nightOf({ Account: 100, Contact: 200 });
  await nightOf({ Account: 200, Contact: 200 });
  expect(posted().slice(3)).toMatchObject([
    { text: expect.stringContaining('Contact score fell from 90 to 80'), threadTs: null },
    { text: expect.stringContaining('Account score fell from 90 to 80'), threadTs: null },
  ]);
});

it('posts a drift anew that begins while an incident is open, within seven nights and once', async () => {
  await steadyWeek();
  for (let at = 0; at < 9; at += 1) await night(200);
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages).toHaveLength(1);
  for (let at = 1; at <= 30; at += 1) {
    await night(200 + 10 * at);
    await deliverMessages(db, bot(), later(1));
    if (at >= 7) expect(posted()).toMatchObject([{}, { threadTs: slack.messages[0]!.ts }]);
  }
  expect(slack.messages[1]!.text).toMatch(/^Salesforce: another fall\. Contact score fell from 90 to 7\d\./);
  // The headline of the incident goes on with it.
  expect(slack.messages[0]!.text).toMatch(/Contact score fell from 90 to 50\./);
});

it('posts another dimension of an open incident anew when that drifts, and not what people mend and break a little', async () => {
  const nightWith = async (invalid: number, missing = 300) => {
    const context = await scored({ Contact: missing });
    await alsoChecked(context.run.id, 'contact-phone-invalid', invalid, 1, 'validity');
    await alert(context);
    await deliverMessages(db, bot(), later(1));
  };
  for (let at = 0; at < 6; at += 1) await nightWith(100, 100);
  for (let at = 0; at < 40; at += 1) await nightWith(100, 300 + 5 * (at % 3));
  expect(slack.messages).toHaveLength(1);
  // Two of three points of completeness come back as validity goes: the object stays where it was.
  for (let at = 1; at <= 20; at += 1) await nightWith(100 + 10 * at, 300 - 3 * at);
  expect(posted()).toMatchObject([{}, { text: expect.stringContaining('another fall') }]);
});

it('takes no change of rules for a fall, sees the fall of the same night, and ends with the rule that fell', async () => {
  await steadyWeek();
  const texts = () => posted().map(({ text }) => text);
  const nightWith = async (missing: number, others: Record<string, number>, own = true) => {
    const context = await scored({ Contact: missing });
    if (!own) await db.query(sql`delete from quality.check_result where run_id = ${context.run.id}`);
    for (const [rule, count] of Object.entries(others)) await alsoChecked(context.run.id, rule, count);
    await alert(context);
    await deliverMessages(db, bot(), later(1));
  };
  // Switched on, with all records in violation: by both rules the score were 45.
  await nightWith(100, { 'contact-email-missing': 1000 });
  expect(texts()).toEqual([]);
  await nightWith(100, { 'contact-email-missing': 1000 });
  // One goes as another comes, and 20 points are lost in the same night by the rule that all nights share.
  await nightWith(300, { 'contact-phone-missing': 900 });
  expect(texts()).toEqual([
    expect.stringMatching(/Contact score fell from 90 to 70\. Cause: Contact without a job title, 200 more/),
  ]);
  // The others go: it is told by the same rules as before.
  await nightWith(300, {});
  expect(slack.messages).toHaveLength(1);
  // No rule that it was measured by is left.
  await nightWith(0, { 'contact-phone-missing': 400 }, false);
  expect(texts()).toEqual(['Salesforce: resolved. Contact score is 60, by other rules since.']);
  expect(slack.messages).toHaveLength(1);
});

it('explains the fall of the headline whole, by the same baseline, in every state, whatever rules come and go', async () => {
  let [checked, again, resolved] = [0, 0, 0];
  const rules = ['contact-email-missing', 'contact-phone-invalid', 'contact-title-stale'];
  const nightOf = fc.record({
    missing: fc.integer({ min: 0, max: 1000 }),
    others: fc.array(
      fc.record({ rule: fc.constantFrom(...rules), version: fc.integer({ min: 1, max: 2 }), count: fc.nat(1000) }),
      {
        maxLength: 3,
      },
    ),
    came: fc.nat(30),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(nightOf, { minLength: 5, maxLength: 12 }), async (nights) => {
      await db.query(sql`truncate alert.incident, alert.message, alert.post, alert.step, quality.score,
        quality.check_result, quality.finding, standard.contact`);
      for (const [at, { missing, others, came }] of nights.entries()) {
        const context = await scored({ Contact: missing, Account: 1000 - missing });
        const own = new Map(others.map((one) => [one.rule, one]));
        for (const { rule, version, count } of own.values()) await alsoChecked(context.run.id, rule, count, version);
        await opened(
          context.run.id,
          Math.min(came, missing),
          at % 2 === 0 ? '005000000000001AAA' : '005000000000009AAA',
        );
        await alert(context);
        type Row = { state: string; drops: Drop[]; causes: IncidentCause[] };
        const rows = await db.query<Row>(sql`select state, detail->'drops' as drops, detail->'causes' as causes
          from alert.incident`);
        for (const { state, drops, causes } of rows) {
          if (state === 'resolved') resolved += 1;
          for (const [object, [first]] of Map.groupBy(drops, (drop) => drop.object)) {
            const explained = causes.filter((cause) => cause.object === object);
            const sum = explained.reduce((all, { contribution }) => all + contribution, 0);
            expect(sum).toBeCloseTo((first!.baseline ?? 1) - first!.score, 9);
            for (const { parts, contribution } of explained) {
              expect(parts.reduce((all, part) => all + part.contribution, 0)).toBeCloseTo(contribution, 9);
            }
            checked += 1;
          }
        }
      }
      const [row] = await db.query<{ n: number }>(
        sql`select count(*)::int as n from alert.message where kind = 'again'`,
      );
      again += row!.n;
    }),
    { numRuns: 12, seed: 5 },
  );
  expect(Math.min(checked, again * 5, resolved)).toBeGreaterThan(20);
});

it('posts anew, and edits from then on, where its message is gone or the channel is another', async () => {
  await steadyWeek();
  await night(200);
  await deliverMessages(db, bot(), later(1));
  slack.messages.pop();
  await night(215);
  await deliverMessages(db, bot(), later(1));
  expect(posted()).toMatchObject([{ editCount: 0 }]);
  await night(230);
  await deliverMessages(db, bot(), later(1));
  expect(posted()).toMatchObject([{ editCount: 1 }]);
  await night(245);
  const elsewhere = () => botOf('C2');
  await deliverMessages(db, elsewhere, later(1));
  await night(100);
  await deliverMessages(db, elsewhere, later(1));
  expect(slack.messages).toMatchObject([
    { channel: 'C1', editCount: 1 },
    { channel: 'C2', text: 'Salesforce: resolved. Contact score is back at 90.', editCount: 1 },
  ]);
});

it('logs what Slack refuses for good and sends it again once the settings are others, or Slack takes another', async () => {
  await night(900);
  const logged: unknown[] = [];
  const log = { error: (fields: object) => void logged.push(fields) };
  slack.failNext({ status: 404 });
  await deliverMessages(db, webhook(), later(1), log);
  expect(logged).toMatchObject([{ code: 'slack-refused', incidentId: expect.stringMatching(/^inc_/) }]);
  // The same settings meet the same answer.
  expect(await deliverMessages(db, webhook(), later(60), log)).toMatchObject({ sent: 0, dead: 0 });
  slack.failNext({ status: 404 });
  expect(await deliverMessages(db, bot(), later(60), log)).toMatchObject({ dead: 1 });
  expect(await deliverMessages(db, webhook(), later(120), log)).toMatchObject({ sent: 1, dead: 0 });
  expect(slack.messages).toHaveLength(1);
  await alert(await scored({ Account: 900 }));
  slack.failNext({ status: 404 });
  await deliverMessages(db, webhook(), later(1), log);
  await alert(await scored({ Contact: 100 }));
  expect(await deliverMessages(db, webhook(), later(1), log)).toMatchObject({ sent: 2 });
  expect(slack.messages).toHaveLength(3);
  expect(logged).toHaveLength(3);
});

it('posts again where an answer was lost and the token may not read the channel', async () => {
  await night(900);
  slack.failNext({ drop: 'before-accept' }, { error: 'missing_scope' });
  await deliverMessages(db, bot(), later(1));
  expect(await deliverMessages(db, bot(), later(60))).toMatchObject({ sent: 1 });
  expect(slack.messages).toHaveLength(1);
});

it.each(['message_not_found', 'edit_window_closed'])('posts anew when an edit is answered %s', async (error) => {
  await steadyWeek();
  await night(200);
  await deliverMessages(db, bot(), later(1));
  await night(215);
  slack.failNext({ error });
  expect(await deliverMessages(db, bot(), later(1))).toMatchObject({ sent: 1 });
  expect(slack.messages).toHaveLength(2);
});
