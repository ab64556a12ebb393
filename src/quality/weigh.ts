/** Check results become scores: one per dimension and one for the object. */
import { type Dimension, dimension, dimensionWeight } from '../model/rule.ts';

/** `weight`: of a record against 1 of another rule. */
export type CheckCounts = { dimension: Dimension; applicableCount: number; violatedCount: number; weight: number };

/** `score` 0..1; null when nothing was measured, which is unknown and never good. `dimension` null is the object. */
export type Score = { dimension: Dimension | null; score: number | null; applicableCount: number };

/**
 * Dimension: passed / applicable over the pooled rows of its checks, each by its weight. Object: weighted mean of the
 * measured dimensions. Always all five dimensions and the object, in that order.
 */
export function weigh(checks: readonly CheckCounts[]): Score[] {
  const scores = dimension.options.map((name): Score => {
    const own = checks.filter((check) => check.dimension === name);
    const sum = (of: (check: CheckCounts) => number) => own.reduce((total, check) => total + of(check), 0);
    const pooled = sum((check) => check.weight * check.applicableCount);
    return {
      dimension: name,
      score: pooled === 0 ? null : 1 - sum((check) => check.weight * check.violatedCount) / pooled,
      applicableCount: sum((check) => check.applicableCount),
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
