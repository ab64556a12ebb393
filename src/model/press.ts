/** The port for buttons: what Slack says that somebody pressed. */
import type { NoticeAction } from './notice.ts';

export type Press = {
  /** One for each press, however often Slack sends it. */
  key: string;
  action: NoticeAction;
  incidentId: string;
  /** Id of the Slack user. */
  userId: string;
};

export type PressPort = {
  /**
   * Presses in a request of Slack, by its raw body.
   * @throws DomainError `slack-signature` when it is not signed by our secret, or older than five minutes; `request-invalid`.
   */
  read(rawBody: string, headers: Record<string, string | string[] | undefined>, now: Date): Press[];
  /** E-mail address of a Slack user; null when the token may not read it, or Slack takes longer than a second and a half. */
  emailOf(userId: string): Promise<string | null>;
};
