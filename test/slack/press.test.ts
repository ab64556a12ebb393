/** Buttons: which requests are Slack's, which presses are ours, and Socket Mode against the local receiver. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import type { Press } from '../../src/model/press.ts';
import { pressesIn, pressPort } from '../../src/slack/press.ts';
import { openSocket } from '../../src/slack/socket.ts';
import { pressed, signed, signingSecret } from './press.ts';

let slack: SlackReceiver;
beforeEach(async () => void (slack = await startSlackReceiver()));
afterEach(() => slack.close());

const id = 'inc_00000000-0000-4000-8000-000000000001';
const now = new Date('2026-06-01T08:00:00Z');
const at = now.getTime() / 1000;
const port = (secret: string | null = signingSecret) =>
  pressPort({ signingSecret: secret, token: 'xoxb-test', apiUrl: slack.apiUrl });

it('takes what Slack signed in the last five minutes, and nothing else', () => {
  const read = ({ payload, headers }: ReturnType<typeof signed>, of = port()) => of.read(payload, headers, now);
  const good = signed(pressed('mute', id), at);
  expect(read(good)).toMatchObject([{ action: 'mute', incidentId: id, userId: 'U0ANN' }]);
  expect(read(signed(pressed('mute', id), at - 299))).toHaveLength(1);
  for (const bad of [
    signed(pressed('mute', id), at - 301),
    signed(pressed('mute', id), at + 301),
    signed(pressed('mute', id), at, 'another secret of 20 letters'),
    { ...good, payload: good.payload.replace('mute', 'resolve') },
    { ...good, payload: `${good.payload}&x=1` },
    { ...good, headers: { ...good.headers, 'x-slack-request-timestamp': String(at - 1) } },
    { ...good, headers: { ...good.headers, 'x-slack-request-timestamp': 'now' } },
    { ...good, headers: { ...good.headers, 'x-slack-signature': 'v0=' } },
    { ...good, headers: { 'content-type': good.headers['content-type'] } as never },
  ]) {
    expect(() => read(bad)).toThrow(expect.objectContaining({ code: 'slack-signature' }));
  }
  expect(() => read(good, port(null))).toThrow(expect.objectContaining({ code: 'slack-signature' }));
});

it('leaves alone the buttons of others, and what is no button', () => {
  const press = pressed('mute', id);
  expect(pressesIn(press)).toHaveLength(1);
  for (const other of [
    { ...press, type: 'view_submission' },
    pressed('open', id),
    pressed('delete', id),
    pressed('mute', 'msg_1'),
    { ...press, actions: [{ ...press.actions[0], action_id: 'mute' }] },
    { ...press, user: { id: 'ann; drop table' } },
    null,
  ])
    expect(pressesIn(other)).toEqual([]);
});

it('knows a user by the address, where the token may read it', async () => {
  slack.workspace.emails.set('U0ANN', 'ann@acme.example');
  expect(await port().emailOf('U0ANN')).toBe('ann@acme.example');
  expect(await port().emailOf('U0BOB')).toBeNull();
  slack.workspace.scopes.delete('users:read.email');
  expect(await port().emailOf('U0ANN')).toBeNull();
  slack.workspace.scopes.delete('users:read');
  expect(await port().emailOf('U0ANN')).toBeNull();
});

it('hears presses by Socket Mode, acknowledges them first, and ends', async () => {
  const taken: Press[] = [];
  const warned: unknown[] = [];
  const socket = openSocket(
    { appToken: 'xapp-test', apiUrl: slack.apiUrl },
    async (press) => {
      taken.push(press);
      if (press.userId === 'U0BAD') throw new Error('no such incident');
    },
    { warn: (fields: object) => void warned.push(fields) },
  );
  await expect
    .poll(
      () =>
        slack.interact(pressed('acknowledge', id)).then(
          () => true,
          () => false,
        ),
      { timeout: 5_000 },
    )
    .toBe(true);
  await slack.interact(pressed('mute', id, 'U0BAD'));
  await expect.poll(() => warned.length).toBe(1);
  expect(taken.map(({ action, userId }) => [action, userId])).toEqual([
    ['acknowledge', 'U0ANN'],
    ['mute', 'U0BAD'],
  ]);
  await socket.close();
});

it('starts without Socket Mode when Slack refuses it', async () => {
  slack.workspace.isTokenRevoked = true;
  const warned: object[] = [];
  const log = { warn: (fields: object) => void warned.push(fields) };
  const socket = openSocket({ appToken: 'xapp-test', apiUrl: slack.apiUrl }, async () => {}, log);
  await expect.poll(() => JSON.stringify(warned), { timeout: 5_000 }).toContain('token_revoked');
  await socket.close();
});
