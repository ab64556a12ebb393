/** A wish to sync becomes a run of a running API, followed to its end and told as a person or a program reads it. */
import { z } from 'zod';
import { completeStates, type RunMode, runState } from '../model/run.ts';
import { type Api, call } from './api.ts';
import { follow } from './follow.ts';
import { openView, quietView } from './progress.ts';

const sync = z.looseObject({
  id: z.string(),
  state: runState,
  reason: z.string().nullable(),
  nextAction: z.string().nullable(),
  warnings: z.array(z.string()),
});

export type SyncWish = { objects?: string[]; mode?: RunMode; json?: boolean };

/**
 * Starts a sync and waits for its end. With `json` the only output is the sync as the API shows it, on one line.
 * Resolves with whether it succeeded. @throws DomainError as the API's, e.g. `sync-already-active`.
 */
export async function runSync(api: Api, { objects, mode, json }: SyncWish): Promise<boolean> {
  const { id } = await call(api, 'POST', '/v1/syncs', { objects, mode }, sync);
  if (!json) console.log(`${id} started`);
  const seconds = await follow(api, id, json ? quietView : openView());
  const ended = await call(api, 'GET', `/v1/syncs/${id}`, undefined, sync);
  if (json) console.log(JSON.stringify(ended));
  else print(ended, seconds);
  return completeStates.some((state) => state === ended.state);
}

function print(ended: z.infer<typeof sync>, seconds: Record<string, number>): void {
  const total = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  console.log(`${ended.id} ${ended.state} after ${total.toFixed(1)} s of work`);
  for (const warning of ended.warnings) console.log(`  warning: ${warning}`);
  if (ended.reason) console.log(`  ${ended.reason}`);
  if (ended.nextAction) console.log(`  ${ended.nextAction}`);
}
