/** What a reviewer decided about a pair, as a label a model learns from. */
import { unsureFrom } from './threshold.ts';

/** A pair of records by place, and whether it is of one entity. */
export type Label = {
  l: number;
  r: number;
  same: boolean;
  /** When the reviewer saw it, in bits above the link threshold; null: never compared. */
  weight: number | null;
};

/**
 * Whether a reviewer was asked because the weight was near even odds: a fair sample of such weights. Who parts what was linked, or
 * finds what nobody compared, tells of an exception.
 */
export function isUnsure({ weight }: Pick<Label, 'weight'>): boolean {
  return weight !== null && weight > unsureFrom && weight <= 0;
}
