/** The evidence of one entity, `standard.<entity>`, into scored pairs in `match.pair`. */
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { matchMoved } from './match/increment.ts';
import { matchWhole } from './match/whole.ts';

/** Raised whenever the same rows may give other pairs. */
const engineVersion = 7;

/**
 * Compares what moved by the model that is there; everything, training a model anew, when there is none or too much moved since.
 * @param subject name of the entity
 */
export async function match(context: Context, subject: string): Promise<StageResult> {
  const entity = subject === 'company' ? 'company' : 'person';
  const done = await matchMoved(context, entity, engineVersion);
  return done ?? matchWhole(context, entity, engineVersion);
}
