/** Presses over Socket Mode: Assay calls Slack, so Slack need not reach Assay. */
import { LogLevel, SocketModeClient } from '@slack/socket-mode';
import type { Log } from '../model/ports.ts';
import type { Press } from '../model/press.ts';
import { pressesIn } from './press.ts';

export type SocketSettings = { appToken: string; /** Of a local receiver. */ apiUrl?: string | undefined };

type SocketOptions = ConstructorParameters<typeof SocketModeClient>[0];
type Envelope = { body: unknown; ack(): Promise<void> };

/**
 * Answers Slack at once, then hands over the press. Connects again by itself, for as long as it is not closed: a service whose
 * Slack is away starts all the same.
 */
export function openSocket(
  { appToken, apiUrl }: SocketSettings,
  take: (press: Press) => Promise<void>,
  log: Pick<Log, 'warn'>,
): { close(): Promise<void> } {
  const client = new SocketModeClient({
    appToken,
    logger: loggerOf(log),
    clientOptions: apiUrl === undefined ? {} : { slackApiUrl: apiUrl },
  });
  client.on('interactive', ({ body, ack }: Envelope) => {
    void (async () => {
      await ack();
      for (const press of pressesIn(body)) await take(press);
    })().catch((err: unknown) => log.warn({ err }, 'a button of Slack was not obeyed'));
  });
  const started = client.start().catch((err: unknown) => log.warn({ err }, 'Socket Mode of Slack did not start'));
  return {
    async close() {
      await Promise.race([started, new Promise((done) => setTimeout(done, 1_000).unref())]);
      await client.disconnect().catch(() => {});
    },
  };
}

/** Faults of the client, which it meets by trying again, belong in the log of the service. */
function loggerOf(log: Pick<Log, 'warn'>): NonNullable<NonNullable<SocketOptions>['logger']> {
  const nothing = () => {};
  return {
    debug: nothing,
    info: nothing,
    warn: (...words) => log.warn({ reason: words.map(String).join(' ') }, 'Socket Mode of Slack'),
    error: (...words) => log.warn({ reason: words.map(String).join(' ') }, 'Socket Mode of Slack'),
    setLevel: nothing,
    getLevel: () => LogLevel.WARN,
    setName: nothing,
  };
}
