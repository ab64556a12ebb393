/** Each beat sends what waits in the alert outbox. */
import type { Parts } from './parts.ts';

export async function notify({ deliver }: Pick<Parts, 'deliver'>, signal: AbortSignal): Promise<void> {
  await deliver(signal);
}
