/** An incident between its nights: a reminder, a mute, quiet hours, routes, and a level that somebody accepted. */
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import { changeByPerson } from '../../src/incidents/people.ts';
import { quietUntil } from '../../src/incidents/quiet.ts';
import { watchIncidents } from '../../src/incidents/watch.ts';
import { systemActor } from '../../src/model/actor.ts';
import { alertSettings } from '../../src/model/definitions.ts';
import { alert } from '../../src/pipeline/alert.ts';
import {
  bot,
  db,
  definitions,
  later,
  night,
  posted,
  scored,
  slack,
  steadyWeek,
  useNights,
  webhook,
} from './alert-nights.ts';

useNights();

const { alerts } = definitions;
const by = systemActor('ann');
const hour = 3600;
const deliver = (seconds: number) => deliverMessages(db, bot(), later(seconds));
const theIncident = async () =>
  (await db.query<{ id: string; state: string }>(sql`select id, state from alert.incident`))[0]!;
const press = async (action: 'acknowledge' | 'mute' | 'resolve', seconds: number, until?: Date) => {
  const { id } = await theIncident();
  await changeByPerson(db, { id, action, by, ...(until ? { until } : {}) }, later(seconds).now(), alerts);
};

it('reminds once after a day, in the thread, and not of what somebody acknowledged', async () => {
  await night(700);
  await deliver(1);
  expect(await watchIncidents(db, later(23 * hour).now(), alerts)).toBe(0);
  const both = [later(25 * hour).now(), later(25 * hour).now()].map((now) => watchIncidents(db, now, alerts));
  expect((await Promise.all(both)).sort()).toEqual([0, 1]);
  await deliver(25 * hour);
  expect(await watchIncidents(db, later(60 * hour).now(), alerts)).toBe(0);
  expect(posted()).toMatchObject([
    { text: expect.stringMatching(/^Salesforce: Contact score is 30/), threadTs: null },
    { text: expect.stringMatching(/^Still open: Salesforce: Contact score is 30/), threadTs: slack.messages[0]!.ts },
  ]);
  await db.query(sql`truncate quality.score, alert.incident cascade`);
  await night(700);
  await press('acknowledge', 10);
  expect(await watchIncidents(db, later(60 * hour).now(), alerts)).toBe(0);
  expect(await watchIncidents(db, later(60 * hour).now(), { ...alerts, reminderHours: null })).toBe(0);
});

it('is silent while muted, whatever falls on top, and announced again when the mute ends', async () => {
  await steadyWeek();
  await night(200);
  await deliver(1);
  await press('mute', 2, later(3 * 24 * hour).now());
  await deliver(3);
  await night(400);
  await deliver(1);
  expect(posted()).toMatchObject([{ text: expect.stringContaining('from 90 to 60'), editCount: 2 }]);
  expect(JSON.stringify(slack.messages[0]!.blocks)).toMatch(/Muted by ann, .* until /);
  expect(await watchIncidents(db, later(3 * 24 * hour).now(), alerts)).toBe(1);
  await deliver(3 * 24 * hour);
  expect(posted()).toMatchObject([{}, { text: expect.stringMatching(/^Still open:/) }]);
  expect(await theIncident()).toMatchObject({ state: 'open' });
});

it('is open again, and announced, when another fall comes on top of one that was acknowledged', async () => {
  await steadyWeek();
  await night(200);
  await press('acknowledge', 1);
  await deliver(2);
  await night(400);
  await deliver(1);
  expect(await theIncident()).toMatchObject({ state: 'open' });
  expect(posted()).toMatchObject([{}, { text: expect.stringContaining('another fall') }]);
  expect(JSON.stringify(slack.messages[1]!.blocks)).not.toContain('Acknowledged');
});

it('measures the next fall from the level at which a person resolved it', async () => {
  await steadyWeek();
  await night(300);
  await deliver(1);
  await press('resolve', 2);
  await deliver(3);
  for (let at = 0; at < 3; at += 1) expect((await night(300)).result.changedCount).toBe(0);
  expect((await night(330)).result.changedCount).toBe(1);
  await deliver(1);
  expect(posted()).toMatchObject([
    { text: expect.stringMatching(/^Resolved by ann, /) },
    { text: expect.stringMatching(/fell from 70 to 67\./), threadTs: null },
  ]);
});

it('keeps the nights of an incident that is over out of the level of the next', async () => {
  await steadyWeek();
  for (const missing of [300, 300, 300, 300, 300, 300, 100]) await night(missing);
  expect((await night(125)).result.changedCount).toBe(1);
  await deliver(1);
  expect(posted().at(-1)!.text).toMatch(/fell from 90 to 87\.5\./);
});

const berlin = { from: '20:00', to: '07:00', timeZone: 'Europe/Berlin' };
it.each([
  ['2026-06-01T10:00:00Z', null],
  ['2026-06-01T17:59:00Z', null],
  ['2026-06-01T18:00:00Z', '2026-06-02T05:00:00.000Z'],
  ['2026-06-02T04:59:30Z', '2026-06-02T05:00:00.000Z'],
  ['2026-06-02T05:00:00Z', null],
  // The clocks go forward, and back, in that night.
  ['2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
  ['2026-10-24T22:00:00Z', '2026-10-25T06:00:00.000Z'],
])('at %s quiet hours from 20 to 7 in Berlin last until %s', (at, end) => {
  expect(quietUntil(new Date(at), berlin)?.toISOString() ?? null).toBe(end);
});

it.each([
  ['bot', bot],
  ['webhook', webhook],
])('waits for the morning with what is not critical, and then says the newest (%s)', async (_, by) => {
  const quiet = { ...definitions, alerts: { ...alerts, quietHours: { from: '23:00', to: '06:00', timeZone: 'UTC' } } };
  for (let at = 0; at < 6; at += 1) await night(100);
  await alert({ ...(await scored({ Contact: 130 })), definitions: quiet });
  // later(0) is midnight.
  await deliverMessages(db, by(), later(5 * hour));
  expect(slack.messages).toHaveLength(0);
  await deliverMessages(db, by(), later(6 * hour));
  expect(posted()).toMatchObject([{ text: expect.stringContaining('from 90 to 87') }]);
  await alert({ ...(await scored({ Contact: 300 })), definitions: quiet });
  await deliverMessages(db, by(), later(1));
  // A critical one wakes people.
  expect(posted()).toMatchObject([{}, { text: expect.stringContaining('another fall') }]);
});

it('goes where the routes say: by object, severity, kind and owner; else to the default', async () => {
  const routes = [
    { to: 'C0SALES', objects: ['Account'] },
    { to: 'C0BAD', severities: ['critical' as const] },
    { to: 'C0MODEL', kinds: ['held-model'] },
    { to: 'U0OWNER', owners: ['005000000000001AAA'] },
  ];
  const routed = { ...definitions, alerts: alertSettings.parse({ ...alerts, routes }) };
  const run = async (missing: { Account?: number; Contact?: number }) => {
    const context = await scored(missing);
    await alert({ ...context, definitions: routed });
    await deliver(1);
  };
  await run({ Account: 100, Contact: 100 });
  await run({ Account: 100, Contact: 130 });
  expect(slack.messages.map(({ channel }) => channel)).toEqual(['C1']);
  await run({ Account: 200, Contact: 130 });
  expect(slack.messages.map(({ channel }) => channel).sort()).toEqual(['C0BAD', 'C0SALES', 'C1']);
  // Each stands in its own channel and is edited there.
  await run({ Account: 100, Contact: 100 });
  expect(slack.messages.map(({ text, editCount }) => [text.includes('resolved'), editCount])).toEqual([
    [true, 1],
    [true, 1],
    [true, 1],
  ]);
  expect(() => alertSettings.parse({ ...alerts, routes: [{ to: '#sales' }] })).toThrow(/id of a Slack channel/);
});

it('tells of an object when inactive users own too much of it, where somebody set how much that is', async () => {
  const check = (runId: string, violated: number) =>
    db.query(sql`insert into quality.check_result
      values (${runId}, 'default', 'contact-owner-inactive', 1, 'Contact', 'timeliness', 1000, ${violated})`);
  const look = async (violated: number, inactiveOwnerShare: number | null) => {
    const context = await scored({ Contact: 100 });
    await check(context.run.id, violated);
    const alerts = { ...definitions.alerts, inactiveOwnerShare };
    await alert({ ...context, definitions: { ...definitions, alerts } });
    const rows = await db.query<{ state: string; title: string }>(sql`select state, notice ->> 'title' as title
      from alert.incident where kind = 'inactive-owners' order by opened_at, id`);
    return rows.map(({ state, title }) => `${state} ${title}`);
  };
  expect(await look(900, null)).toEqual([]);
  expect(await look(50, 0.05)).toEqual([]);
  const opened = ['open Contact: 5.1 % of the records belong to inactive users'];
  expect(await look(51, 0.05)).toEqual(opened);
  // Once, however it goes on.
  expect(await look(300, 0.05)).toEqual(opened);
  expect(await look(50, 0.05)).toEqual(['resolved Contact: resolved. Few records belong to inactive users.']);
});
