/** What Slack sends when a button is pressed, by a signed request or by Socket Mode, becomes presses. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { LogLevel, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import { noticeAction } from '../model/notice.ts';
import type { Press, PressPort } from '../model/press.ts';

const blockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/) }),
  actions: z.array(
    z.object({ action_id: z.string(), action_ts: z.string().max(50), value: z.string().max(100).optional() }),
  ),
});

/** Buttons of others, and the one that only opens a page, are none of ours. */
export function pressesIn(payload: unknown): Press[] {
  const parsed = blockActions.safeParse(payload);
  if (!parsed.success) return [];
  const { user, actions } = parsed.data;
  return actions.flatMap(({ action_id, action_ts, value }) => {
    const action = noticeAction.safeParse(action_id.replace(/^assay_/, ''));
    if (!action.success || !action_id.startsWith('assay_') || !value?.startsWith('inc_')) return [];
    const key = `${user.id}:${action_id}:${value}:${action_ts}`;
    return [{ key, action: action.data, incidentId: value, userId: user.id }];
  });
}

/** Seconds a signed request is good for (docs.slack.dev: verifying requests from Slack). */
const window = 300;
const lookUpMs = 1_500;

export type PressSettings = { signingSecret: string | null; token: string | null; apiUrl?: string | undefined };

export function pressPort({ signingSecret, token, apiUrl }: PressSettings): PressPort {
  return {
    read(rawBody, headers, now) {
      const one = (name: string) => (typeof headers[name] === 'string' ? headers[name] : '');
      const stamp = one('x-slack-request-timestamp');
      if (signingSecret === null || !/^\d{1,12}$/.test(stamp)) throw unsigned('It carries no signature of Slack.');
      const age = Math.abs(now.getTime() / 1000 - Number(stamp));
      if (age > window) throw unsigned('It is older than five minutes.');
      const wanted = createHmac('sha256', signingSecret).update(`v0:${stamp}:${rawBody}`).digest('hex');
      const [given, own] = [one('x-slack-signature'), `v0=${wanted}`].map((text) => Buffer.from(text));
      if (given!.length !== own!.length || !timingSafeEqual(given!, own!)) throw unsigned('The signature is wrong.');
      return pressesIn(jsonOf(new URLSearchParams(rawBody).get('payload') ?? ''));
    },
    async emailOf(userId) {
      if (token === null) return null;
      const client = new WebClient(token, {
        ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: lookUpMs,
        allowAbsoluteUrls: false,
        logLevel: LogLevel.ERROR,
      });
      try {
        return (await client.users.info({ user: userId })).user?.profile?.email ?? null;
      } catch {
        // The press counts whoever it was: its user is then known by the id.
        return null;
      }
    },
  };
}

const unsigned = (why: string) => new DomainError('slack-signature', why);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('request-invalid', 'The payload is not JSON.');
  }
}
