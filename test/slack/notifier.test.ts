/** Both notifiers against the local receiver: what arrives, and which fault each failure becomes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { NotifierDoubt } from '../../src/model/notifier.ts';
import type { Notice } from '../../src/model/notice.ts';
import { botNotifier } from '../../src/slack/bot.ts';
import { render } from '../../src/slack/render.ts';
import { webhookNotifier } from '../../src/slack/webhook.ts';

const message: Notice = {
  tone: 'alert',
  title: 'acme: data quality fell',
  summary: 'Account score 78 → 71',
  sections: [],
  footnote: '',
};
let slack: SlackReceiver;
const webhook = () => webhookNotifier(slack.webhookUrl, [new URL(slack.url).host]);
const bot = () => botNotifier({ token: 'xoxb-test', channel: 'C1', apiUrl: slack.apiUrl });

beforeEach(async () => void (slack = await startSlackReceiver()));
afterEach(() => slack.close());

it('posts through a webhook', async () => {
  expect(await webhook().post(message, 'inc_1')).toBeNull();
  expect(slack.messages).toMatchObject([{ text: message.summary }]);
});

it('posts, edits and finds through a bot', async () => {
  const notifier = bot();
  const handle = await notifier.post(message, 'inc_1');
  expect(handle).toMatchObject({ channel: 'C1' });
  await notifier.edit(handle!, { ...message, summary: 'Resolved' });
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

it('keeps within the lengths Slack takes, says that there is more, and loses no button', () => {
  const lines = Array.from({ length: 400 }, (_, at) => [`${at} ${'x'.repeat(80)}`]);
  const long = { ...message, summary: 'y'.repeat(9_000), incidentId: 'inc_1', actions: ['mute' as const] };
  const buttons = { canAct: true, urlOf: null };
  const textsOf = (notice: Notice) => {
    const { text, blocks } = render(notice, buttons);
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(blocks).length).toBeLessThan(13_200);
    expect(blocks.at(-1)).toMatchObject({ type: 'actions', elements: [{ action_id: 'assay_mute', value: 'inc_1' }] });
    return (blocks as { text?: { text: string }; elements?: { text: unknown }[] }[]).map(
      (block) => block.text?.text ?? JSON.stringify(block.elements),
    );
  };
  const many = textsOf({ ...long, sections: lines.map((line) => ({ heading: null, lines: [line] })) });
  expect(many.at(-2)).toContain('There is more than Slack can show');
  const one = textsOf({ ...long, sections: [{ heading: 'All', lines }] });
  for (const text of one) expect(text.length).toBeLessThanOrEqual(3_000);
  expect(one[1]).toMatch(/^\*All\*\n0 x/);
  expect(textsOf({ ...long, sections: [{ heading: null, lines: [['z'.repeat(5_000)]] }] })[1]).toBe(
    `${'z'.repeat(2_999)}…`,
  );
  expect(textsOf({ ...long, sections: [{ heading: null, lines: [['a < b & c']] }] })).toContain('a &lt; b &amp; c');
});
