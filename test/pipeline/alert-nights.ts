/** Nights whose scores a test makes, what Slack shows of them, and a database of the test's own. */
import sql from 'sql-template-tag';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { alert } from '../../src/pipeline/alert.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { Dimension } from '../../src/model/rule.ts';
import { weigh } from '../../src/quality/weigh.ts';
import { botNotifier } from '../../src/slack/bot.ts';
import { webhookNotifier } from '../../src/slack/webhook.ts';
import { testDatabase } from '../database.ts';
import { contextAt } from './score-context.ts';

export const definitions = await loadDefinitions();
export let db: Db;
export let slack: SlackReceiver;
let day = 0;

/** Once in each file of tests. `burst`: messages Slack takes at once, by its own clock. */
export function useNights(options: { burst?: number } = {}): void {
  beforeAll(async () => {
    db = await testDatabase();
    for (const table of ['account', 'contact']) {
      await db.query(sql`create table ${identifier('standard', table)}
        (connection_id text, id text, created_at timestamptz, created_by_id text,
        modified_at timestamptz, modified_by_id text)`);
    }
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    slack = await startSlackReceiver(options);
    await db.query(
      sql`truncate alert.incident, alert.message, alert.post, alert.step, quality.score, quality.check_result,
        quality.finding, match.model_change, standard.account, standard.contact`,
    );
  });
  afterEach(() => slack.close());
}

export const botOf = (channel: string) => botNotifier({ token: 'xoxb-test', channel, apiUrl: slack.apiUrl, paceMs: 0 });
export const bot = () => (target: string) => botOf(target === 'default' ? 'C1' : target);
export const webhook = () => () => webhookNotifier(slack.webhookUrl, [new URL(slack.url).host], 0);
export const notice = (title: string): Notice => ({ tone: 'info', title, summary: title, sections: [], footnote: '' });
export const later = (seconds: number) => ({ now: () => new Date(Date.UTC(2026, 5, 1 + day) + seconds * 1000) });

export const ruleOf = { Account: 'account-website-missing', Contact: 'contact-title-missing' };

/** A rule that only that run has, beside those it shares with the others. */
export async function alsoChecked(
  runId: string,
  ruleId: string,
  violatedCount: number,
  ruleVersion = 1,
  dimension: Dimension = 'completeness',
): Promise<void> {
  await db.query(sql`insert into quality.check_result
    values (${runId}, 'default', ${ruleId}, ${ruleVersion}, 'Contact', ${dimension}, 1000, ${violatedCount})`);
}

/** Contacts without a title that a user made since the last run. */
export async function opened(runId: string, count: number, creator: string): Promise<void> {
  const ids = Array.from({ length: count }, (_, at) => `003${runId.slice(-8)}${String(at).padStart(7, '0')}`);
  const at = later(0).now().toISOString();
  await db.query(
    sql`insert into standard.contact select 'default', id, ${at}, ${creator} from unnest(${ids}::text[]) as id`,
  );
  await db.query(sql`insert into quality.finding (rule_id, rule_version, connection_id, object, record_id, dimension, severity,
      is_stale, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
    select 'contact-title-missing', 1, 'default', 'Contact', id, 'completeness', 'warn', false, ${runId}, ${at}, ${runId}, ${at}
    from unnest(${ids}::text[]) as id`);
}

/** A run in which so many of 1,000 accounts have no website and so many of 1,000 contacts no title. */
export async function scored(missing: Partial<Record<keyof typeof ruleOf, number>>) {
  day += 1;
  const context = await contextAt(db, definitions, later(0).now().toISOString());
  for (const [object, violatedCount] of Object.entries(missing)) {
    await db.query(sql`insert into quality.check_result values (${context.run.id}, 'default',
      ${ruleOf[object as keyof typeof ruleOf]}, 1, ${object}, 'completeness', 1000, ${violatedCount})`);
    const checks = weigh([{ dimension: 'completeness', applicableCount: 1000, violatedCount, weight: 1 }]);
    for (const one of checks.filter(({ score }) => score !== null)) {
      await db.query(sql`insert into quality.score values (${context.run.id}, 'default', ${object}, ${one.dimension},
        ${one.score}, 1000, 1000, 'h', ${later(0).now().toISOString()})`);
    }
  }
  return context;
}
export async function night(missing: number) {
  const context = await scored({ Contact: missing });
  return { context, result: await alert(context) };
}
export async function steadyWeek() {
  for (let index = 0; index < 6; index += 1) expect((await night(100)).result.changedCount).toBe(0);
}
export const states = async () =>
  (await db.query<{ state: string }>(sql`select state from alert.message order by sequence`)).map((row) => row.state);

export const posted = () => slack.messages.map(({ text, threadTs, editCount }) => ({ text, threadTs, editCount }));
