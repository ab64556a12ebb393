/** A score and its history become the verdict whether it fell. */
import type { AlertSettings } from '../../model/definitions.ts';
import type { Dimension } from '../../model/rule.ts';

export type Severity = 'warn' | 'critical';

/** That a score fell. `baseline` is the mean of the history, null while there is too little of it. Scores are 0..1. */
export type ScoreVerdict = { score: number; baseline: number | null; reason: 'drop' | 'floor'; severity: Severity };

/** One measure of one object that fell; without a dimension, the object's own score. */
export type Drop = ScoreVerdict & { object: string; dimension: Dimension | null };

// Makes the median absolute deviation an estimate of sigma for normal noise.
const madToSigma = 1.4826;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Null when it did not fall. The centre is the mean, because the contributions of rules add up to a fall from a mean and
 * to no other; the spread is robust, so that one bad night does not hide the next.
 */
export function judge(score: number, history: readonly number[], settings: AlertSettings): ScoreVerdict | null {
  const isKnown = history.length >= Math.max(1, settings.minimumRunCount);
  const baseline = isKnown ? history.reduce((sum, one) => sum + one, 0) / history.length : null;
  if (baseline !== null) {
    const centre = median(history);
    const sigma = madToSigma * median(history.map((one) => Math.abs(one - centre)));
    const fall = baseline - score;
    if (fall >= settings.minimumDrop && fall > settings.sigma * sigma) {
      const severity = fall >= settings.criticalDrop ? 'critical' : 'warn';
      return { score, baseline, reason: 'drop', severity };
    }
  }
  return score < settings.floor ? { score, baseline, reason: 'floor', severity: 'warn' } : null;
}

/** Whether a measure that fell has come back, with a margin against flapping. */
export function isRecovered(drop: ScoreVerdict, score: number, settings: AlertSettings): boolean {
  if (drop.reason === 'floor' || drop.baseline === null) return score >= settings.floor + settings.recoveryMargin;
  return score >= drop.baseline - settings.recoveryMargin;
}
