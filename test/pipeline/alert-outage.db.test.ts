/** What happens to Slack while incidents come: nothing is lost, nothing is there twice, and what was refused comes once it is mended. */
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import type { Notifiers } from '../../src/model/notifier.ts';
import { alert } from '../../src/pipeline/alert.ts';
import {
  bot,
  botOf,
  db,
  later,
  night,
  posted,
  scored,
  slack,
  states,
  steadyWeek,
  useNights,
  webhook,
} from './alert-nights.ts';

useNights();

const day = 24 * 3600;
const faults = () => db.query<{ fault: string | null }>(sql`select fault from alert.message order by sequence`);

it.each([
  ['bot', bot],
  ['webhook', webhook],
])('says once what fell while Slack was down for an hour (%s)', async (_, by) => {
  await steadyWeek();
  await night(200);
  slack.workspace.isDown = true;
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await deliverMessages(db, by(), later(minutes * 60));
    // Another night comes, and its fall with it.
    if (minutes === 30) await alert(await scored({ Contact: 200, Account: 900 }));
  }
  expect(slack.messages).toEqual([]);
  expect(slack.calls.length).toBeLessThan(30);
  slack.workspace.isDown = false;
  // The pause between two attempts is a quarter of an hour at most.
  for (const minutes of [76, 77]) await deliverMessages(db, by(), later(day + minutes * 60));
  const fell = () =>
    posted()
      .map(({ text }) => text.slice(12, 25))
      .sort();
  expect(fell()).toEqual(['Account score', 'Contact score']);
  await deliverMessages(db, by(), later(day + 400 * 60));
  expect(fell()).toHaveLength(2);
  expect(await states()).toEqual(['sent', 'sent']);
});

it('is known as refused while the channel is archived, and sent once it is not', async () => {
  slack.workspace.archived.add('C1');
  await steadyWeek();
  await night(200);
  expect(await deliverMessages(db, bot(), later(1))).toMatchObject({ dead: 1 });
  expect(await faults()).toEqual([{ fault: 'Slack answered is_archived.' }]);
  slack.workspace.archived.delete('C1');
  // The next message that Slack takes brings the refused one along.
  await alert(await scored({ Account: 900, Contact: 200 }));
  await deliverMessages(db, bot(), later(2));
  expect(
    posted()
      .map(({ text }) => text.slice(12, 25))
      .sort(),
  ).toEqual(['Account score', 'Contact score']);
});

it('is sent with the next token when one was revoked, where a post was doubtful too', async () => {
  await steadyWeek();
  await night(200);
  slack.failNext({ drop: 'after-accept' });
  expect(await deliverMessages(db, bot(), later(1))).toMatchObject({ unconfirmed: 1 });
  slack.workspace.isTokenRevoked = true;
  expect(await deliverMessages(db, bot(), later(60))).toMatchObject({ dead: 1 });
  slack.workspace.isTokenRevoked = false;
  const other: Notifiers = () => ({ ...botOf('C1'), mark: 'another token' });
  await deliverMessages(db, other, later(120));
  // It had arrived before its answer was lost: whether it is posted again or edited, the channel shows it.
  expect((await states()).at(-1)).toBe('sent');
  expect(slack.messages).toHaveLength(1);
});

it.each(['open', 'again'] as const)(
  'a worker killed between the post and its commit posts the message %s once',
  async (which) => {
    await steadyWeek();
    await night(200);
    if (which === 'again') {
      await deliverMessages(db, bot(), later(1));
      await night(400);
    }
    class Killed extends Error {}
    const dying: Notifiers = (target) => {
      const notifier = bot()(target);
      return {
        ...notifier,
        async post(...message) {
          await notifier.post(...message);
          throw new Killed();
        },
      };
    };
    await expect(deliverMessages(db, dying, later(2))).rejects.toBeInstanceOf(Killed);
    const count = slack.messages.length;
    expect(count).toBe(which === 'again' ? 2 : 1);
    for (const seconds of [10, 63, 130]) await deliverMessages(db, bot(), later(seconds));
    expect(slack.messages).toHaveLength(count);
    expect(new Set(await states())).toEqual(new Set(['sent']));
  },
);

it('a fall on top is posted by itself where the message it belongs to was deleted', async () => {
  await steadyWeek();
  await night(200);
  await deliverMessages(db, bot(), later(1));
  await night(400);
  slack.messages.pop();
  await deliverMessages(db, bot(), later(1));
  expect(slack.messages.length).toBeGreaterThan(0);
  expect(posted().at(-1)).toMatchObject({ text: expect.stringContaining('another fall') });
  expect(new Set(await states())).toEqual(new Set(['sent']));
});

it('leaves a second between two messages of a channel, so that Slack refuses none', async () => {
  const waits: number[] = [];
  let last = 0;
  const timed: Notifiers = (target) => {
    const notifier = bot()(target);
    return {
      ...notifier,
      paceMs: 60,
      async post(...message) {
        if (last > 0) waits.push(performance.now() - last);
        last = performance.now();
        return notifier.post(...message);
      },
    };
  };
  await alert(await scored({ Account: 900 }));
  await alert(await scored({ Contact: 900 }));
  await alert(await scored({ Account: 900, Contact: 900 }));
  await deliverMessages(db, timed, later(1));
  expect(slack.messages).toHaveLength(2);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(55);
});
