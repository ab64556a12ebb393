/** What a run found, scores that fell and models it put aside, becomes incidents, and the messages about them in the outbox. */
import type { StageResult } from '../model/run.ts';
import { lookAtRun } from './alert/kinds.ts';
import type { Context } from './context.ts';

/**
 * Incidents and messages are written in one transaction. `changedCount` counts the incidents opened, edited and resolved.
 */
export async function alert(context: Context): Promise<StageResult> {
  const changedCount = await context.write((tx) => lookAtRun(tx, context));
  return { readCount: 0, changedCount };
}
