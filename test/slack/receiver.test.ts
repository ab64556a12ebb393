/** The local receiver refuses what Slack refuses: a message that passes here passes there. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';

let slack: SlackReceiver;
let now = 0;
beforeEach(async () => {
  now = 1_000_000;
  slack = await startSlackReceiver({ burst: 2, now: () => now });
});
afterEach(() => slack.close());

const call = async (method: string, body: object, token: string | null = 'xoxb-test') => {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (response.status !== 200) return { status: response.status, retryAfter: response.headers.get('retry-after') };
  return (await response.json()) as { ok: boolean; error?: string; ts?: string };
};
const section = (length: number) => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } });
const post = (body: object) => {
  now += 1_000;
  return call('chat.postMessage', { channel: 'C1', text: 'x', ...body });
};

it.each([
  [{ blocks: [section(3_000)] }, undefined],
  [{ blocks: [section(3_001)] }, 'invalid_blocks'],
  [{ blocks: Array.from({ length: 50 }, () => ({ type: 'divider' })) }, undefined],
  [{ blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) }, 'invalid_blocks'],
  [{ blocks: Array.from({ length: 5 }, () => section(2_900)) }, 'msg_blocks_too_long'],
  [{ blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] }, 'invalid_blocks'],
  [{ blocks: [{ type: 'actions', elements: [] }] }, 'invalid_blocks'],
  [{ blocks: [{ type: 'banner' }] }, 'invalid_blocks'],
  [{ blocks: 'none' }, 'invalid_blocks_format'],
  [{ text: '' }, 'no_text'],
  [{ channel: '#sales' }, 'channel_not_found'],
  [{ thread_ts: '1.1' }, 'thread_not_found'],
])('answers %j as Slack does', async (body, error) => {
  expect((await post(body)) as object).toMatchObject(error === undefined ? { ok: true } : { ok: false, error });
});

it('takes one message a second and channel after a burst, and says how long to wait', async () => {
  const quick = (channel: string) => call('chat.postMessage', { channel, text: 'x' });
  expect(await quick('C1')).toMatchObject({ ok: true });
  expect(await quick('C1')).toMatchObject({ ok: true });
  expect(await quick('C1')).toEqual({ status: 429, retryAfter: '1' });
  expect(await quick('C2')).toMatchObject({ ok: true });
  now += 1_000;
  expect(await quick('C1')).toMatchObject({ ok: true });
});

it('knows tokens, scopes, archived channels and how long a message may be edited', async () => {
  expect(await call('chat.postMessage', { channel: 'C1', text: 'x' }, null)).toMatchObject({ error: 'not_authed' });
  const { ts } = (await post({})) as { ts: string };
  slack.workspace.editSeconds = 60;
  expect(await call('chat.update', { channel: 'C1', ts, text: 'y' })).toMatchObject({ ok: true });
  now += 61_000;
  expect(await call('chat.update', { channel: 'C1', ts, text: 'y' })).toMatchObject({ error: 'edit_window_closed' });
  slack.workspace.archived.add('C1');
  expect(await post({})).toMatchObject({ error: 'is_archived' });
  expect(await call('conversations.history', { channel: 'C1' })).toMatchObject({ ok: true });
  slack.workspace.scopes.delete('channels:history');
  expect(await call('conversations.history', { channel: 'C1' })).toMatchObject({
    error: 'missing_scope',
    needed: 'channels:history',
  });
  slack.workspace.isTokenRevoked = true;
  expect(await post({ channel: 'C2' })).toMatchObject({ error: 'token_revoked' });
});

it('shows a reply in the channel only if it was sent there as well', async () => {
  const { ts } = (await post({})) as { ts: string };
  await post({ thread_ts: ts });
  await post({ thread_ts: ts, reply_broadcast: true });
  const answer = (await call('conversations.history', { channel: 'C1' })) as unknown as { messages: unknown[] };
  expect(answer.messages).toHaveLength(2);
});
