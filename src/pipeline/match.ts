/** The evidence of one entity, `standard.<entity>`, into scored pairs in `match.pair`. */
import { entityNamed } from '../model/definitions.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { matchedEntity } from './match/evidence-rows.ts';
import { matchMoved } from './match/increment.ts';
import { heldWarning } from '../matcher/weigh/model-change.ts';
import { matchWhole } from './match/whole.ts';

/** Raised whenever the same rows may give other pairs. */
const engineVersion = 29;

/**
 * Compares what moved by the model that is there; everything, training a model anew, when there is none or too much moved or
 * was said since. @param subject name of the entity
 */
export async function match(context: Context, subject: string): Promise<StageResult> {
  const entity = matchedEntity(entityNamed(context.definitions, subject));
  const done = await matchMoved(context, entity, engineVersion);
  if (typeof done !== 'string') return done;
  const trained = await matchWhole(context, entity, engineVersion, done);
  if (!('heldId' in trained)) return trained;
  const kept = await matchMoved(context, entity, engineVersion, true);
  if (typeof kept === 'string') throw new Error(`The model of ${subject} went while it was in use: ${kept}.`);
  const { heldId, cause, change } = trained;
  const detail = { ...kept.detail, heldModelId: heldId, heldBecause: cause, ...change };
  return { ...kept, detail, warnings: [heldWarning(subject, heldId, change)] };
}
