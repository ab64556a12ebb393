/** Buttons of Slack over HTTP: what was pressed happens once, by whoever pressed it. */
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pressPort } from '../../src/slack/press.ts';
import { pressed, signed, signingSecret } from '../slack/press.ts';
import { type TestApi, testApi } from './api.ts';

const id = 'inc_00000000-0000-4000-8000-000000000001';
let api: TestApi;
const emails: Record<string, string> = { U0ANN: 'Ann@acme.example', U0EXT: 'x@other.example' };
beforeAll(async () => {
  const presses = pressPort({ signingSecret, token: null });
  api = await testApi({ presses: { ...presses, emailOf: async (user) => emails[user] ?? null } });
  await api.db.query(
    raw('create table standard."user" (id text, name text, email text, is_active boolean, is_deleted boolean)'),
  );
  await api.db.query(sql`insert into standard."user" values ('005', 'Ann Lee', 'ann@acme.example', true, false)`);
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.query(sql`truncate alert.incident, alert.message, alert.post, alert.step, alert.press, control.audit`);
  await api.db
    .query(sql`insert into alert.incident (id, connection_id, kind, subject, severity, notice, opened_run_id, opened_at,
    updated_run_id) values (${id}, 'default', 'score-fall', 'Contact', 'warn', '{"title": "t", "summary": "s"}', 'r', now(), 'r')`);
});
const seconds = () => Math.floor(Date.now() / 1000);
const send = (request: ReturnType<typeof signed>) =>
  api.app.inject({ method: 'POST', url: '/v1/slack/interactions', ...request });
const steps = () => api.db.query(sql`select action, actor, actor_name from alert.step order by sequence`);

it('does what was pressed, once, in the name of the person', async () => {
  const request = signed(pressed('acknowledge', id), seconds());
  expect((await send(request)).statusCode).toBe(200);
  // Slack sends it again, or somebody replays it.
  expect((await send(request)).statusCode).toBe(200);
  await send(signed(pressed('mute', id, 'U0EXT', '2'), seconds()));
  await send(signed(pressed('resolve', id, 'U0BOB', '3'), seconds()));
  expect(await steps()).toEqual([
    { action: 'acknowledge', actor: 'person:slack.U0ANN', actor_name: 'Ann Lee' },
    { action: 'mute', actor: 'person:slack.U0EXT', actor_name: 'Slack user U0EXT' },
    { action: 'resolve', actor: 'person:slack.U0BOB', actor_name: 'Slack user U0BOB' },
  ]);
  const audited = await api.db.query(sql`select actor_id, action from control.audit order by id`);
  expect(audited[0]).toEqual({ actor_id: 'slack.U0ANN', action: 'acknowledge' });
  expect(audited).toHaveLength(3);
  // Over by now: no fault for Slack's user, and nothing changes.
  expect((await send(signed(pressed('mute', id, 'U0ANN', '4'), seconds()))).statusCode).toBe(200);
  expect(await steps()).toHaveLength(3);
});

it('a mute that is replayed after its end does not mute again', async () => {
  const request = signed(pressed('mute', id), seconds());
  await send(request);
  await api.db.query(sql`update alert.incident set state = 'open', muted_until = null`);
  await send(request);
  expect(await api.db.query(sql`select state from alert.incident`)).toEqual([{ state: 'open' }]);
});

it('refuses what Slack did not sign, and is not there without the secret', async () => {
  const request = signed(pressed('resolve', id), seconds());
  for (const bad of [
    { ...request, payload: request.payload.replace('resolve', 'mute') },
    signed(pressed('resolve', id), seconds() - 400),
    { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' } as never },
  ]) {
    const answer = await send(bad);
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'slack-signature']);
  }
  expect(await steps()).toEqual([]);
  const without = await testApi();
  expect((await without.app.inject({ method: 'POST', url: '/v1/slack/interactions', ...request })).statusCode).toBe(
    404,
  );
  await without.close();
});
