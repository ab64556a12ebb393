/** A score and its history become the verdict whether it fell. */
import type { AlertSettings } from '../../model/definitions.ts';
import type { Dimension } from '../../model/rule.ts';

export type Severity = 'warn' | 'critical';

/**
 * That a score fell. `baseline` is the mean of the runs it is held against, null while there are too few of them; drift: it
 * fell too slowly for the mean of the last runs, which fell with it; rules: it is judged by other rules since. Scores are 0..1.
 */
export type ScoreVerdict = {
  score: number;
  baseline: number | null;
  /** Whose mean the baseline is: what the fall is explained by for as long as it lasts. */
  baselineRunIds: string[];
  reason: 'drop' | 'drift' | 'floor' | 'rules';
  severity: Severity;
};

/** One measure of one object that fell; without a dimension, the object's own score. */
export type Drop = ScoreVerdict & { object: string; dimension: Dimension | null; rulesHash: string };

/** A run of the past and what it scored. */
export type Scored = { runId: string; score: number };

// Scores are sums of shares: a fall of exactly the limit may be a hair less.
const hair = 1e-9;
/** Of the best level so many runs in a row are the mean, so that one lucky night is none. */
const levelRunCount = 3;

// Makes the median absolute deviation an estimate of sigma for normal noise.
const madToSigma = 1.4826;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Robust, so that one bad night does not hide the next. */
function sigmaOf(values: readonly number[]): number {
  const centre = median(values);
  return madToSigma * median(values.map((one) => Math.abs(one - centre)));
}

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** How much the score fell from each run to the next. */
const fallsOf = (history: readonly Scored[]): number[] =>
  history.slice(1).map((before, at) => before.score - history[at]!.score);

/**
 * Null when it did not fall. The centre is a mean, because the contributions of rules add up to a fall from a mean and
 * to no other.
 * @param history newest first
 */
export function judge(score: number, history: readonly Scored[], settings: AlertSettings): ScoreVerdict | null {
  const isKnown = history.length >= Math.max(1, settings.minimumRunCount);
  const recent = isKnown ? history.slice(0, settings.baselineRunCount) : [];
  const baseline = isKnown ? mean(recent.map((one) => one.score)) : null;
  if (baseline !== null) {
    const against = (runs: readonly Scored[], least: number, noise: number, reason: 'drop' | 'drift') => {
      const level = mean(runs.map((one) => one.score));
      const fall = level - score;
      if (fall < least - hair || fall <= settings.sigma * noise) return null;
      const severity: Severity = fall >= settings.criticalDrop - hair ? 'critical' : 'warn';
      return { score, baseline: level, baselineRunIds: runs.map(({ runId }) => runId), reason, severity };
    };
    const noise = sigmaOf(recent.map((one) => one.score));
    const fallen =
      against(recent, settings.minimumDrop, noise, 'drop') ??
      // A steady fall is its own spread; from one night to the next it is not.
      (history.length > levelRunCount
        ? against(bestLevel(history, settings), settings.criticalDrop, sigmaOf(fallsOf(history)), 'drift')
        : null);
    if (fallen) return fallen;
  }
  const baselineRunIds = recent.map(({ runId }) => runId);
  return score < settings.floor ? { score, baseline, baselineRunIds, reason: 'floor', severity: 'warn' } : null;
}

function bestLevel(history: readonly Scored[], { bestRunCount }: AlertSettings): Scored[] {
  const runs = history.slice(0, bestRunCount);
  const levels = runs.slice(levelRunCount - 1).map((_, at) => runs.slice(at, at + levelRunCount));
  const levelOf = (level: Scored[]) => mean(level.map((one) => one.score));
  return levels.reduce((best, level) => (levelOf(level) > levelOf(best) + hair ? level : best));
}

/**
 * Whether what is down already fell anew in this one night, by more than its nights differ. A dimension moves by several
 * times what it moves its object, so that of a drift told once every night would be told again.
 */
export function isAnotherFall(
  { score, dimension, history }: { score: number; dimension: Dimension | null; history: readonly Scored[] },
  settings: AlertSettings,
): boolean {
  const [before] = history;
  if (before === undefined) return false;
  const fall = before.score - score;
  const least = dimension === null ? settings.minimumDrop : settings.criticalDrop;
  const noise = history.length > 1 ? sigmaOf(fallsOf(history.slice(0, settings.baselineRunCount))) : 0;
  return fall >= least - hair && fall > settings.sigma * noise;
}

/** Whether a measure that fell has come back, with a margin against flapping. */
export function isRecovered(
  drop: Pick<ScoreVerdict, 'reason' | 'baseline'>,
  score: number,
  settings: AlertSettings,
): boolean {
  if (drop.reason === 'floor' || drop.baseline === null) return score >= settings.floor + settings.recoveryMargin;
  return score >= drop.baseline - settings.recoveryMargin;
}
