/** The port to a channel (Slack, e-mail): post one notice, edit it while its incident lives. */
import type { Notice } from './notice.ts';

/** Where a posted message can be edited. Webhooks and e-mail give none. */
export type MessageHandle = { channel: string; ts: string };

export type Notifier = {
  /** Another one with other settings: what was refused is tried again. Tells nothing of the settings. */
  mark: string;
  /** Whether a posted message can be edited later (bot token) or not (incoming webhook, e-mail). */
  canEdit: boolean;
  /** Milliseconds to leave between two messages. */
  paceMs: number;
  /**
   * Posts once, without retries of its own. `key` travels as metadata so that a doubtful post can be looked up.
   * @param thread the message whose thread it belongs to, shown in the channel as well
   * @throws DomainError `slack-unavailable` (not taken, may be sent again; `headers['retry-after']` in seconds when
   * Slack said so), `slack-refused` (never send again), or NotifierDoubt when the answer was lost after sending.
   */
  post(notice: Notice, key: string, thread?: MessageHandle | null): Promise<MessageHandle | null>;
  /** @throws as post; MessageGone when there is nothing to edit any more. */
  edit(handle: MessageHandle, notice: Notice): Promise<void>;
  /** Looks for a message already posted under this key; null when there is none or it cannot be known. */
  find(key: string): Promise<MessageHandle | null>;
};

/** The notifier of a target: `default`, a Slack channel or user by id, `mailto:…`; null: nobody is set who takes it. */
export type Notifiers = (target: string) => Notifier | null;

/** The message went out but its answer was lost: it may or may not be in the channel. */
export class NotifierDoubt extends Error {}

/** The message was deleted, is too old to be edited or stands in a channel that is no longer ours: it is to be posted anew. */
export class MessageGone extends Error {}
