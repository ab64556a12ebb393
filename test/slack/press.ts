/** Buttons as Slack sends them: the payload of a press, and a signed request. */
import { createHmac } from 'node:crypto';

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';

export const pressed = (action: string, incidentId: string, user = 'U0ANN', at = '1780300000.1') => ({
  type: 'block_actions',
  user: { id: user },
  actions: [{ action_id: `assay_${action}`, action_ts: at, value: incidentId }],
});

/** The body and headers of the request, signed at the time given in seconds. */
export function signed(payload: object, at: number, secret = signingSecret) {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  return {
    payload: body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': signature,
    },
  };
}
