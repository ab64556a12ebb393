/** Whatever Slack and the workers do, an incident stands in the channel once, or is known to be doubtful or dead. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Failure, startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Notifier } from '../../src/model/notifier.ts';
import { deliverMessages } from '../../src/incidents/deliver.ts';
import { botNotifier } from '../../src/slack/bot.ts';
import { webhookNotifier } from '../../src/slack/webhook.ts';
import { testDatabase } from '../database.ts';

let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

class Killed extends Error {}

/** A worker that dies before Slack hears of the message, or right after Slack took it: nothing is written any more. */
function dying(notifier: Notifier, at: 'before' | 'after'): Notifier {
  return {
    ...notifier,
    async post(...message) {
      if (at === 'after') await notifier.post(...message);
      throw new Killed();
    },
  };
}

type Step = 'deliver' | 'killed before' | 'killed after' | Failure;
const step: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  'deliver',
  'killed before',
  'killed after',
  { status: 429, retryAfter: 3 },
  { status: 500 },
  { drop: 'before-accept' },
  { drop: 'after-accept' },
);

const notifierOf = (kind: 'bot' | 'webhook', { apiUrl, url, webhookUrl }: SlackReceiver): Notifier =>
  kind === 'bot'
    ? botNotifier({ token: 'xoxb-test', channel: 'C1', apiUrl, paceMs: 0 })
    : webhookNotifier(webhookUrl, [new URL(url).host], 0);

/** An incident with one message about it. */
async function incident(): Promise<void> {
  await db.query(sql`truncate alert.incident, alert.message, alert.post, alert.step`);
  await db.query(sql`insert into alert.incident
    (id, connection_id, kind, subject, severity, opened_run_id, opened_at, updated_run_id, objects)
    values ('inc_1', 'default', 'score-fall', 'Contact', 'warn', 'run_1', '2026-01-01', 'run_1', '{Contact}')`);
  await db.query(sql`insert into alert.message (key, incident_id, kind, payload, not_before, created_at)
    values ('inc_1:1', 'inc_1', 'open', '{"tone": "alert", "title": "fell", "summary": "fell", "sections": [], "footnote": ""}', '2026-01-01', '2026-01-01')`);
}

it.each(['bot', 'webhook'] as const)('by %s, in 30 random lives', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      await incident();
      const slack = await startSlackReceiver();
      const notifier = notifierOf(kind, slack);
      let now = Date.UTC(2026, 0, 2);
      // The wait between two attempts is always long enough: the clock goes on by an hour.
      const clock = { now: () => new Date((now += 3_600_000)) };
      for (const one of [...steps, 'deliver', 'deliver', 'deliver'] as const) {
        if (typeof one === 'object') slack.failNext(one);
        const by =
          one === 'killed before'
            ? dying(notifier, 'before')
            : one === 'killed after'
              ? dying(notifier, 'after')
              : notifier;
        await deliverMessages(db, () => by, clock).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });
      }
      await slack.close();
      const [message] = await db.query<{ state: string }>(sql`select state from alert.message`);
      expect(slack.messages.length).toBeLessThanOrEqual(1);
      expect(slack.messages.length === 1 ? ['sent', 'unconfirmed'] : ['unconfirmed', 'dead']).toContain(message!.state);
      if (kind === 'bot') expect(message!.state).toBe('sent');
    }),
    { numRuns: 30, seed: 1 },
  );
});
