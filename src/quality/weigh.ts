/** Check results become scores: one per dimension and one for the object. */
import { type Dimension, dimension, dimensionWeight } from '../model/rule.ts';

export type CheckCounts = { dimension: Dimension; applicableCount: number; violatedCount: number };

/** `score` 0..1; null when nothing was measured, which is unknown and never good. `dimension` null is the object. */
export type Score = { dimension: Dimension | null; score: number | null; applicableCount: number };

/**
 * Dimension: passed / applicable over the pooled rows of its checks. Object: weighted mean of the measured dimensions.
 * Always all five dimensions and the object, in that order.
 */
export function weigh(checks: readonly CheckCounts[]): Score[] {
  const scores: Score[] = dimension.options.map((name) => {
    const own = checks.filter((check) => check.dimension === name);
    const applicableCount = own.reduce((sum, check) => sum + check.applicableCount, 0);
    const violatedCount = own.reduce((sum, check) => sum + check.violatedCount, 0);
    return {
      dimension: name,
      score: applicableCount === 0 ? null : 1 - violatedCount / applicableCount,
      applicableCount,
    };
  });
  let weightSum = 0;
  let weighted = 0;
  let applicableCount = 0;
  for (const one of scores) {
    if (one.dimension === null || one.score === null) continue;
    weightSum += dimensionWeight[one.dimension];
    weighted += dimensionWeight[one.dimension] * one.score;
    applicableCount += one.applicableCount;
  }
  return [...scores, { dimension: null, score: weightSum === 0 ? null : weighted / weightSum, applicableCount }];
}
