/** Notifier over a bot token: one message per incident, edited in place, and looked up by its key when in doubt. */
import { createHash } from 'node:crypto';
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  LogLevel,
} from '@slack/web-api';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import { MessageGone, type Notifier, NotifierDoubt } from '../model/notifier.ts';
import { httpFault, networkFault } from './fault.ts';
import { type Buttons, noButtons, render } from './render.ts';

const eventType = 'assay_incident';
// docs.slack.dev: with these errors some of the operation may have succeeded.
const doubtfulErrors = new Set(['internal_error', 'fatal_error', 'request_timeout']);
const goneErrors = new Set([
  'message_not_found',
  'edit_window_closed',
  'cant_update_message',
  'thread_not_found',
  'cannot_reply_to_message',
]);
const unavailableErrors = new Set(['ratelimited', 'rate_limited', 'service_unavailable']);

const history = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
    }),
  ),
});
const posted = z.object({ channel: z.string(), ts: z.string() });

export type BotSettings = {
  token: string;
  /** Channel id, e.g. C024BE91L, or user: and an address, for a direct message. */ channel: string;
  /** Of a local receiver. */ apiUrl?: string;
  buttons?: Buttons;
  /** Milliseconds between two messages: Slack takes about one a second. */ paceMs?: number;
};

/** Needs the scopes chat:write and channels:history (groups:history for a private channel). */
export function botNotifier({ token, channel, apiUrl, buttons = noButtons, paceMs = 1_000 }: BotSettings): Notifier {
  // Measured: with the client's own retries a dropped answer posts the message three times.
  const client = new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    allowAbsoluteUrls: false,
    // It warns on the console about faults that are thrown as well.
    logLevel: LogLevel.ERROR,
  });
  // A channel given by its name answers with its id.
  const hasMoved = (from: string) => /^[CGD][A-Z0-9]+$/.test(channel) && from !== channel;
  /** A person is written to by the id of the Slack user who has the address. */
  const place = async () => {
    if (!channel.startsWith('user:')) return channel;
    const { user } = await guard(() => client.users.lookupByEmail({ email: channel.slice('user:'.length) }));
    return user?.id ?? '';
  };
  return {
    mark: createHash('sha256')
      .update(JSON.stringify([token, channel, apiUrl]))
      .digest('hex')
      .slice(0, 16),
    canEdit: true,
    paceMs,
    async post(notice, key, thread = null) {
      const metadata = { event_type: eventType, event_payload: { key } };
      const within =
        thread === null || hasMoved(thread.channel) ? {} : { thread_ts: thread.ts, reply_broadcast: true as const };
      const to = await place();
      const post = (thread_ts: typeof within) =>
        guard(() => client.chat.postMessage({ channel: to, ...render(notice, buttons), ...thread_ts, metadata }));
      return posted.parse(
        await post(within).catch((error: unknown) => {
          // Its thread was deleted: it stands by itself then.
          if (error instanceof MessageGone) return post({});
          throw error;
        }),
      );
    },
    async edit(handle, notice) {
      if (hasMoved(handle.channel)) throw new MessageGone('It stands in another channel.');
      await guard(() => client.chat.update({ ...handle, ...render(notice, buttons) }));
    },
    async find(key) {
      // The history of a direct message is its person's: nobody can know then, and posting twice is better than never.
      if (/^(user:|[UW])/.test(channel)) return null;
      const answer = await guard(() =>
        client.conversations.history({ channel, include_all_metadata: true, limit: 200 }),
      ).catch((error: Error) => {
        // Nobody can know then, and posting twice is better than never.
        if (error.message === answered('missing_scope')) return { messages: [] };
        throw error;
      });
      const found = history
        .parse(answer)
        .messages.find(({ metadata }) => metadata?.event_type === eventType && metadata.event_payload.key === key);
      return found ? { channel, ts: found.ts } : null;
    },
  };
}

const answered = (reason: string) => `Slack answered ${reason}.`;

async function guard<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) throw httpFault(429, String(error.retryAfter), error);
    if (error instanceof WebAPIHTTPError)
      throw httpFault(error.statusCode, error.headers['retry-after'] ?? null, error);
    if (error instanceof WebAPIRequestError) throw networkFault(error.original);
    if (!(error instanceof WebAPIPlatformError)) throw networkFault(error);
    const reason = error.data.error;
    if (doubtfulErrors.has(reason)) throw new NotifierDoubt(answered(reason), { cause: error });
    if (goneErrors.has(reason)) throw new MessageGone(answered(reason), { cause: error });
    const code = unavailableErrors.has(reason) ? 'slack-unavailable' : 'slack-refused';
    throw new DomainError(code, answered(reason), { cause: error });
  }
}
