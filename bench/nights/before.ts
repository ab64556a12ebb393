/** The judging of before, frozen (commit 92571fb): the mean of up to 14 runs, bad nights among them; an open incident is silent. */
import type { AlertSettings } from '../../src/model/definitions.ts';

type Settings = Pick<
  AlertSettings,
  'baselineRunCount' | 'minimumRunCount' | 'sigma' | 'minimumDrop' | 'floor' | 'recoveryMargin'
>;
type Verdict = { baseline: number | null; isFloor: boolean };

// Makes the median absolute deviation an estimate of sigma for normal noise.
const madToSigma = 1.4826;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function judge(score: number, history: readonly number[], settings: Settings): Verdict | null {
  const isKnown = history.length >= Math.max(1, settings.minimumRunCount);
  const baseline = isKnown ? history.reduce((sum, one) => sum + one, 0) / history.length : null;
  if (baseline !== null) {
    const centre = median(history);
    const sigma = madToSigma * median(history.map((one) => Math.abs(one - centre)));
    const fall = baseline - score;
    if (fall >= settings.minimumDrop && fall > settings.sigma * sigma) return { baseline, isFloor: false };
  }
  return score < settings.floor ? { baseline, isFloor: true } : null;
}

function isRecovered({ baseline, isFloor }: Verdict, score: number, settings: Settings): boolean {
  if (isFloor || baseline === null) return score >= settings.floor + settings.recoveryMargin;
  return score >= baseline - settings.recoveryMargin;
}

/** `rulesHash`: only scores of the same rules were compared. `runId`: to explain a fall by. */
export type Measured = { dimension: string | null; score: number; rulesHash: string; runId: string };

/** One object of one org, night by night. */
export function watchAsBefore(settings: Settings) {
  const past: Measured[][] = [];
  let open: Map<string | null, Verdict> | null = null;
  /** Null: nothing was announced; else the runs that the fall was held against, and the measure that fell. */
  return (night: Measured[]): { baselineRunIds: string[]; dimension: string | null } | null => {
    const historyOf = ({ dimension, rulesHash }: Measured) =>
      past
        .flatMap((one) => one.filter((own) => own.dimension === dimension && own.rulesHash === rulesHash))
        .toReversed()
        .slice(0, settings.baselineRunCount);
    const fallen = night.flatMap((one) => {
      const verdict = judge(
        one.score,
        historyOf(one).map(({ score }) => score),
        settings,
      );
      return verdict ? [{ one, verdict }] : [];
    });
    let announced = null;
    if (open) {
      const still = new Map<string | null, Verdict>();
      for (const one of night) {
        const known = open.get(one.dimension) ?? fallen.find((own) => own.one === one)?.verdict;
        if (known && !(open.has(one.dimension) && isRecovered(known, one.score, settings)))
          still.set(one.dimension, known);
      }
      open = still.size > 0 ? still : null;
    } else if (fallen.length > 0) {
      open = new Map(fallen.map(({ one, verdict }) => [one.dimension, verdict]));
      const [first] = fallen;
      announced = { baselineRunIds: historyOf(first!.one).map(({ runId }) => runId), dimension: first!.one.dimension };
    }
    past.push(night);
    if (past.length > 60) past.shift();
    return announced;
  };
}
