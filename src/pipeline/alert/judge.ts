/** A score and its history become the verdict whether it fell. */
import type { AlertSettings, Severity } from '../../model/definitions.ts';
import { type Dimension, dimensionWeight } from '../../model/rule.ts';

/**
 * That a score fell. `baseline` is the mean of the runs it is held against, null while there are too few of them; drift: it
 * fell too slowly for the mean of the last runs, which fell with it. Scores are 0..1.
 */
export type ScoreVerdict = {
  score: number;
  baseline: number | null;
  /** Whose mean the baseline is: what the fall is explained by for as long as it lasts. */
  baselineRunIds: string[];
  reason: 'drop' | 'drift' | 'floor';
  severity: Severity;
  /** Runs since the level it is held against; null: more than are looked at. */
  nightCount: number | null;
};

/**
 * One measure of one object that fell, by the rules named in `ruleKeys`; without a dimension, the object's own score. With `rule`
 * it is that one rule: its score is the share of the records it is asked of that keep it.
 */
export type Drop = ScoreVerdict & {
  object: string;
  dimension: Dimension | null;
  ruleKeys: string[];
  rule?: { id: string; title: string };
};

/** An object's own score, one of its dimensions, or one rule of it. */
export type JudgedMeasure = Dimension | 'rule' | null;

export const measureOf = ({ dimension, rule }: Pick<Drop, 'dimension' | 'rule'>): JudgedMeasure =>
  rule ? 'rule' : dimension;

/** A run of the past and what it scored. */
export type Scored = { runId: string; score: number };

// Scores are sums of shares: a fall of exactly the limit may be a hair less.
const hair = 1e-9;
/** So many runs in a row are a level: one lucky night is none. */
const levelRunCount = 3;
/** So many runs in a row that go nowhere are a level that what is down may fall from once more. */
const stillRunCount = 7;
/** So many runs of a rule tell what its nights differ by. */
const ruleRunCount = 14;
/**
 * A rule has to fall by so many times what nine of ten of its nights differ by at most; slowly, by so many times: a rule wanders.
 * Of a hundred rules one moves every night by what moves a score once in a year.
 */
const ruleSpread = { fall: 5, slow: 16 };

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
const levelOf = (runs: readonly Scored[]): number => mean(runs.map((one) => one.score));

/** What a fall of `cost` of the object, if this dimension alone makes it, is in the dimension. */
function inDimension(dimension: Dimension, cost: number): number {
  const whole = Object.values(dimensionWeight).reduce((sum, one) => sum + one, 0);
  return (cost * whole) / dimensionWeight[dimension];
}

/**
 * What a measure has to fall by: at one blow, slowly, and at one blow once it is down. A dimension moves by several times what it
 * moves its object. It has to cost the object some of what the object itself has to lose, and need not lose more than `most`.
 */
function leastOf(measure: JudgedMeasure, { minimumDrop, criticalDrop, minimumRuleDrop }: AlertSettings) {
  if (measure === null) return { fall: minimumDrop, slow: criticalDrop, again: minimumDrop };
  if (measure === 'rule') return { fall: minimumRuleDrop ?? Infinity, slow: 2 * criticalDrop, again: criticalDrop };
  const within = (own: number, most: number, share: number) =>
    Math.max(own, Math.min(most, inDimension(measure, share * own)));
  return {
    fall: within(minimumDrop, criticalDrop, 0.35),
    slow: within(criticalDrop, 2 * criticalDrop, 0.5),
    again: Math.max(criticalDrop, inDimension(measure, 0.75 * minimumDrop)),
  };
}

/** What nine of ten are at most. */
function mostOf(sizes: readonly number[]): number {
  const sorted = sizes.map(Math.abs).sort((a, b) => a - b);
  return sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0;
}

/**
 * A steady fall is its own spread: what counts is how far nights lie off the line from the best level to now, and how far
 * they lie off each other.
 */
function driftNoise(window: readonly Scored[], since: readonly Scored[]): number {
  const scores = since.map((one) => one.score);
  const slopes = scores.flatMap((one, at) => scores.slice(at + 1).map((other, on) => (other - one) / (on + 1)));
  const slope = median(slopes);
  return Math.max(sigmaOf(fallsOf(window)), sigmaOf(scores.map((one, at) => one - slope * at)));
}

/** How much the score fell from each run to the next. */
const fallsOf = (history: readonly Scored[]): number[] =>
  history.slice(1).map((before, at) => before.score - history[at]!.score);

/**
 * How far ordinary nights fall below the level of the three before them: by their spread, and at least as far as all but one of
 * them did, of a rule no less than all of them. A week has its Mondays.
 */
function ordinaryFall(history: readonly Scored[], sigma: number, measure: JudgedMeasure): number {
  const falls = history
    .slice(0, -1)
    .map(({ score }, at) => levelOf(history.slice(at + 1, at + 1 + levelRunCount)) - score);
  if (falls.length === 0) return 0;
  const [largest = 0, second = 0] = falls.toSorted((a, b) => b - a);
  if (measure === 'rule') return Math.max(ruleSpread.fall * mostOf(falls), largest);
  return Math.max(sigma * madToSigma * median(falls.map(Math.abs)), second);
}

/**
 * Null when it did not fall. A level is a mean, because the contributions of rules add up to a fall from a mean and to no other.
 * It is held against the last three runs, against the last two weeks, and, for what falls slowly, against the best three in
 * a row of four weeks. A rule is judged once two weeks of it are known, and has no floor: what half of the records never had is no fall.
 * @param history newest first, without the nights of incidents that are over
 */
export function judge(
  score: number,
  history: readonly Scored[],
  settings: AlertSettings,
  measure: JudgedMeasure = null,
): ScoreVerdict | null {
  const isKnown = history.length >= Math.max(measure === 'rule' ? ruleRunCount : 1, settings.minimumRunCount);
  if (isKnown) {
    const against = (from: number, count: number, least: number, noise: number, reason: 'drop' | 'drift') => {
      const runs = history.slice(from, from + count);
      const fall = levelOf(runs) - score;
      if (fall < least - hair || fall <= noise + hair) return null;
      const severity: Severity = fall >= settings.criticalDrop - hair ? 'critical' : 'warn';
      const baselineRunIds = runs.map(({ runId }) => runId);
      return { score, baseline: levelOf(runs), baselineRunIds, reason, severity, nightCount: from + 1 };
    };
    const { baselineRunCount, bestRunCount, sigma } = settings;
    const least = leastOf(measure, settings);
    const window = history.slice(0, bestRunCount);
    const recent = history.slice(0, baselineRunCount);
    const fallen =
      against(0, levelRunCount, least.fall, ordinaryFall(window, sigma, measure), 'drop') ??
      // A rule wanders for weeks: what it lost in two is told as slow.
      (measure === 'rule'
        ? null
        : against(0, baselineRunCount, least.fall, sigma * sigmaOf(recent.map((one) => one.score)), 'drop'));
    if (fallen) return fallen;
    if (history.length > levelRunCount) {
      const best = bestLevel(window);
      const noise =
        measure === 'rule'
          ? ruleSpread.slow * mostOf(fallsOf(window))
          : sigma * driftNoise(window, window.slice(0, best + levelRunCount));
      const drift = against(best, levelRunCount, least.slow, noise, 'drift');
      if (drift) return drift;
    }
  }
  if (measure === 'rule') return null;
  // What was under the floor the night before is not new.
  const isNew = history.length === 0 || history[0]!.score >= settings.floor;
  return score < settings.floor && isNew ? belowFloor(score) : null;
}

export function belowFloor(score: number): ScoreVerdict {
  return { score, baseline: null, baselineRunIds: [], reason: 'floor', severity: 'warn', nightCount: null };
}

/** Where the best three in a row begin. */
function bestLevel(window: readonly Scored[]): number {
  let best = 0;
  for (let at = 1; at + levelRunCount <= window.length; at += 1) {
    const level = (from: number) => levelOf(window.slice(from, from + levelRunCount));
    if (level(at) > level(best) + hair) best = at;
  }
  return best;
}

/**
 * Whether what is down already fell anew in this one night, by more than its nights differ. A dimension moves by several
 * times what it moves its object, so that of a drift told once every night would be told again.
 * @param history every night, also those of the incident
 * @param isDown false: of a rule that was not down
 */
export function isAnotherFall(
  { history, ...drop }: Pick<Drop, 'score' | 'dimension' | 'rule'> & { history: readonly Scored[] },
  settings: AlertSettings,
  isDown = true,
): boolean {
  const [before] = history;
  if (before === undefined) return false;
  const fall = before.score - drop.score;
  const measure = measureOf(drop);
  const least = leastOf(measure, settings)[measure === 'rule' && !isDown ? 'fall' : 'again'];
  const recent = fallsOf(history.slice(0, settings.baselineRunCount));
  const noise =
    measure === 'rule' ? ruleSpread.fall * mostOf(recent) : settings.sigma * (recent.length > 0 ? sigmaOf(recent) : 0);
  return fall >= least - hair && fall > noise;
}

/** What a measure did since its incident was last announced: the nights after it, the newest first, and that night itself. */
export type SinceNews = { after: readonly Scored[]; news: Scored | null };

/**
 * Whether a measure of an open incident fell once more since it was last announced, slowly or by little at a time. What was
 * down already has to lie still for a week first, and is then judged as if no incident were open: the same drift is
 * announced once. A dimension that was not down has to lose a whole drift since then.
 */
export function hasDriftedAnew(
  drop: Pick<Drop, 'score' | 'dimension' | 'rule'>,
  wasDown: boolean,
  { after, news }: SinceNews,
  settings: AlertSettings,
): boolean {
  const { score } = drop;
  const measure = measureOf(drop);
  const still = stillSince(after, settings, measure);
  if (still !== null) {
    const verdict = judge(score, still, settings, measure);
    if (verdict !== null && verdict.reason !== 'floor') return true;
  }
  if (wasDown || measure === null || news === null) return false;
  const level = levelOf([...after.slice(1 - levelRunCount), news]);
  return level - score >= leastOf(measure, settings).slow - hair;
}

/** From the first week on in which the measure moved by next to nothing; null when there was none. */
function stillSince(
  after: readonly Scored[],
  settings: AlertSettings,
  measure: JudgedMeasure,
): readonly Scored[] | null {
  const most = leastOf(measure, settings).fall / 4;
  for (let from = after.length - stillRunCount; from >= 0; from -= 1) {
    const week = after.slice(from, from + stillRunCount);
    const moved = levelOf(week.slice(-levelRunCount)) - levelOf(week.slice(0, levelRunCount));
    if (Math.abs(moved) <= most + hair) return after.slice(0, from + stillRunCount);
  }
  return null;
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
