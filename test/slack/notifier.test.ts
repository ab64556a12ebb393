/** Both notifiers against the local receiver: what arrives, and which fault each failure becomes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { NotifierDoubt } from '../../src/model/notifier.ts';
import { botNotifier } from '../../src/slack/bot.ts';
import { withinLimits } from '../../src/slack/limits.ts';
import { webhookNotifier } from '../../src/slack/webhook.ts';

const message = { text: 'Account score 78 → 71', blocks: [{ type: 'divider' }] };
let slack: SlackReceiver;
const webhook = () => webhookNotifier(slack.webhookUrl, [new URL(slack.url).host]);
const bot = () => botNotifier({ token: 'xoxb-test', channel: 'C1', apiUrl: slack.apiUrl });

beforeEach(async () => void (slack = await startSlackReceiver()));
afterEach(() => slack.close());

it('posts through a webhook', async () => {
  expect(await webhook().post(message, 'inc_1')).toBeNull();
  expect(slack.messages).toMatchObject([message]);
});

it('posts, edits and finds through a bot', async () => {
  const notifier = bot();
  const handle = await notifier.post(message, 'inc_1');
  expect(handle).toMatchObject({ channel: 'C1' });
  await notifier.edit(handle!, { ...message, text: 'Resolved' });
  expect(slack.messages).toMatchObject([{ text: 'Resolved', editCount: 1 }]);
  expect(await notifier.find('inc_1')).toEqual(handle);
  expect(await notifier.find('inc_2')).toBeNull();
});

it.each([
  ['webhook', webhook],
  ['bot', bot],
])('tells not taken, refused and unknown apart (%s)', async (_, notifier) => {
  slack.failNext({ status: 429, retryAfter: 7 }, { status: 500 }, { status: 404 }, { drop: 'after-accept' });
  const post = () => notifier().post(message, 'inc_1');
  await expect(post()).rejects.toMatchObject({ code: 'slack-unavailable', headers: { 'retry-after': '7' } });
  await expect(post()).rejects.toMatchObject({ code: 'slack-unavailable', headers: {} });
  await expect(post()).rejects.toMatchObject({ code: 'slack-refused' });
  await expect(post()).rejects.toBeInstanceOf(NotifierDoubt);
  expect(slack.calls).toHaveLength(4);
  expect(slack.messages).toHaveLength(1);
});

it('knows that a refused connection sent nothing', async () => {
  const notifiers = [webhook(), bot()];
  await slack.close();
  for (const notifier of notifiers) {
    await expect(notifier.post(message, 'inc_1')).rejects.toMatchObject({ code: 'slack-unavailable' });
  }
  slack = await startSlackReceiver();
});

it.each(['http://hooks.slack.com/x', 'https://hooks.slack.com.evil.example/x', 'https://127.0.0.1/x', 'not a url'])(
  'refuses the webhook URL %s',
  (url) => expect(() => webhookNotifier(url)).toThrow(expect.objectContaining({ code: 'config-invalid' })),
);

it('keeps within the lengths Slack takes', () => {
  const section = { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(5_000) } };
  const fitted = withinLimits({ text: 'y'.repeat(9_000), blocks: Array.from({ length: 80 }, () => section) });
  expect(fitted.text).toHaveLength(4_000);
  expect(fitted.blocks[0]).toMatchObject({ text: { text: `${'x'.repeat(2_999)}…` } });
  expect(JSON.stringify(fitted.blocks).length).toBeLessThan(13_200);
  expect(
    withinLimits({ text: '', blocks: Array.from({ length: 80 }, () => ({ type: 'divider' })) }).blocks,
  ).toHaveLength(50);
});
