/** All declarations of config/ as one checked set, handed to every stage. */
import type { EntityDefinition } from './entity.ts';
import { DomainError } from './errors.ts';
import type { ObjectDefinition } from './object.ts';
import type { RuleDefinition } from './rule.ts';

/** When a drop in a score becomes an incident (docs: quality). Scores are 0..1, points are hundredths. */
export type AlertSettings = {
  /** Complete runs of the same rules that make the baseline. */
  baselineRunCount: number;
  /** Runs needed before the baseline counts; earlier only the floor does. */
  minimumRunCount: number;
  /** Below mean - sigma * robust deviation ... */
  sigma: number;
  /** ... and at least this far below the mean. */
  minimumDrop: number;
  /** A drop this deep is critical. */
  criticalDrop: number;
  /** Any score under this is an incident whatever the baseline. */
  floor: number;
  /** An incident resolves when the score is back within this of its baseline. */
  recoveryMargin: number;
  /** Objects with fewer records are not alerted on. */
  minimumRecordCount: number;
};

/** When a matching model is trained anew, and when the new one waits for somebody to accept it. */
export type MatchingSettings = {
  /** Pairs on which reviewers said something new. */
  trainAfterDecisions: number;
  /** 0..1 of the records it was trained on. */
  trainAfterMovedShare: number;
  /** It changes more clusters than this, and more than the share (0..1) of those that nobody touched. */
  holdAboveClusters: number;
  holdAboveShare: number;
};

export type Definitions = {
  objects: ObjectDefinition[];
  entities: EntityDefinition[];
  rules: RuleDefinition[];
  alerts: AlertSettings;
  matching: MatchingSettings;
  /** Salesforce ids (15 or 18) of users whose writes do not confirm a value. */
  integrationUserIds: string[];
};

/** @throws DomainError `request-invalid` naming the objects there are. */
export function objectNamed(definitions: Definitions, name: string): ObjectDefinition {
  const found = definitions.objects.find((object) => object.name === name);
  if (found) return found;
  const known = definitions.objects.map((object) => object.name).join(', ');
  throw new DomainError('request-invalid', `There is no object "${name}"; the objects are ${known}.`);
}
