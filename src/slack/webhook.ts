/** Notifier over an incoming webhook: posts into one channel, and can neither edit nor look up. */
import { createHash } from 'node:crypto';
import { IncomingWebhook, IncomingWebhookHTTPError, IncomingWebhookRequestError } from '@slack/webhook';
import { DomainError } from '../model/errors.ts';
import type { Notifier } from '../model/notifier.ts';
import { httpFault, networkFault } from './fault.ts';
import { render } from './render.ts';

// The URL is a secret and a way out of the network: nothing but Slack is called unless a test says so.
const slackHosts = ['hooks.slack.com', 'hooks.slack-gov.com'];
const timeoutMs = 10_000;

/**
 * `extraHosts` (`127.0.0.1:1234`) are allowed without TLS, for a local receiver.
 * @throws DomainError `config-invalid` when the URL is not Slack's.
 */
export function webhookNotifier(url: string, extraHosts: readonly string[] = [], paceMs = 1_000): Notifier {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isSlack = parsed?.protocol === 'https:' && slackHosts.includes(parsed.host);
  if (!isSlack && !(parsed && extraHosts.includes(parsed.host))) {
    throw new DomainError('config-invalid', `SLACK_WEBHOOK_URL must open with https://${slackHosts[0]}/.`);
  }
  return {
    mark: createHash('sha256').update(url).digest('hex').slice(0, 16),
    canEdit: false,
    paceMs,
    async post(notice) {
      // The package's error carries no headers (v8), and Retry-After is one.
      let retryAfter: string | null = null;
      const webhook = new IncomingWebhook(url, {
        timeout: timeoutMs,
        fetch: async (target, init) => {
          const response = await fetch(target, init);
          retryAfter = response.headers.get('retry-after');
          return response;
        },
      });
      try {
        await webhook.send(render(notice));
      } catch (error) {
        if (error instanceof IncomingWebhookHTTPError) throw httpFault(error.statusCode, retryAfter, error);
        throw networkFault(error instanceof IncomingWebhookRequestError ? error.original : error);
      }
      return null;
    },
    async edit() {
      throw new DomainError('slack-refused', 'A webhook cannot edit; set SLACK_BOT_TOKEN to have messages edited.');
    },
    async find() {
      return null;
    },
  };
}
