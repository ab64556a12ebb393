/** Whatever Slack does for hours, and whenever a worker is killed: every message arrives, and none twice. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { expect, it } from 'vitest';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import { enqueueAlone } from '../../src/incidents/outbox.ts';
import type { Notifiers } from '../../src/model/notifier.ts';
import { alert } from '../../src/pipeline/alert.ts';
import { bot, db, later, night, notice, posted, scored, slack, states, steadyWeek, useNights } from './alert-nights.ts';

// Hours pass in a moment here, and Slack counts real seconds.
useNights({ burst: 100_000 });

/** A worker that dies when it has posted or edited, before it could say so. */
class Killed extends Error {}
function dying(notifiers: Notifiers): Notifiers {
  return (target) => {
    const notifier = notifiers(target)!;
    const die = () => {
      throw new Killed();
    };
    return {
      ...notifier,
      post: async (...given) => {
        await notifier.post(...given);
        return die();
      },
      edit: async (...given) => {
        await notifier.edit(...given);
        return die();
      },
    };
  };
}

const minute = 60;
const recover = () => Object.assign(slack.workspace, { isDown: false, isTokenRevoked: false, archived: new Set() });

it('waits out an hour without Slack, and then says what is so by now, once', async () => {
  await steadyWeek();
  slack.workspace.isDown = true;
  await night(200);
  let tries = 0;
  for (let at = 0; at <= 60; at += 1) {
    const { sent, retry, dead } = await deliverMessages(db, bot(), later(at * minute));
    expect({ sent, dead }).toEqual({ sent: 0, dead: 0 });
    tries += retry;
  }
  // It asks less and less often.
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(20);
  await alert(await scored({ Contact: 260 }));
  slack.workspace.isDown = false;
  for (let at = 61; at <= 90; at += 1) await deliverMessages(db, bot(), later(at * minute));
  expect(posted().filter(({ threadTs }) => threadTs === null)).toEqual([
    { text: expect.stringContaining('from 90 to 74'), threadTs: null, editCount: 0 },
  ]);
  expect(new Set(await states())).toEqual(new Set(['sent', 'skipped']));
});

type Fault = 'down' | 'archived' | 'revoked' | 'lost-after' | 'lost-before' | 'killed' | 'limited' | 'none';
const faults: Fault[] = ['down', 'archived', 'revoked', 'lost-after', 'lost-before', 'killed', 'limited', 'none'];

it('loses nothing and repeats nothing, whatever faults follow each other', async () => {
  let serial = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          fault: fc.constantFrom(...faults),
          messages: fc.integer({ min: 0, max: 3 }),
          minutes: fc.integer({ min: 1, max: 20 }),
        }),
        {
          minLength: 2,
          maxLength: 8,
        },
      ),
      async (steps) => {
        slack.messages.length = 0;
        recover();
        await db.query(sql`truncate alert.message`);
        const wanted: string[] = [];
        let at = 0;
        const now = () => later(at * minute).now();
        const put = async () => {
          const key = `test-${serial++}`;
          wanted.push(key);
          await enqueueAlone(db, { key, target: 'default', kind: 'test', notice: notice(key), due: now() }, now());
        };
        for (const { fault, messages, minutes } of steps) {
          for (let n = 0; n < messages; n += 1) await put();
          recover();
          if (fault === 'down') slack.workspace.isDown = true;
          if (fault === 'archived') slack.workspace.archived.add('C1');
          if (fault === 'revoked') slack.workspace.isTokenRevoked = true;
          if (fault === 'lost-after') slack.failNext({ drop: 'after-accept' });
          if (fault === 'lost-before') slack.failNext({ drop: 'before-accept' });
          if (fault === 'limited') slack.failNext({ status: 429, retryAfter: 30 });
          for (let passed = 0; passed < minutes; passed += 1) {
            const using = fault === 'killed' && passed === 0 ? dying(bot()) : bot();
            await deliverMessages(db, using, { now }).catch((error: unknown) => {
              if (!(error instanceof Killed)) throw error;
            });
            at += 1;
          }
        }
        // All is well again: what was refused follows the next message that is taken.
        recover();
        await put();
        for (let passed = 0; passed < 60; passed += 5) {
          at += 5;
          await deliverMessages(db, bot(), { now });
        }
        expect(slack.messages.map(({ text }) => text).sort()).toEqual(wanted.sort());
        expect(new Set(await states())).toEqual(new Set(['sent']));
      },
    ),
    { numRuns: 40, seed: 20261129 },
  );
});
