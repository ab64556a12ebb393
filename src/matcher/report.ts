/** What a run of the matcher says of itself: counts, thresholds, what was not compared, time and memory per step. */
import type { RuleCount } from './block/candidates.ts';
import type { MatchResult, MatchStep } from './engine.ts';
import type { Explanation } from './explain/explain.ts';
import type { Assessment } from '../model/assessment.ts';
import { linkThreshold } from './weigh/threshold.ts';

export type MatchReport = {
  entity: string;
  /** What the file was read as, told from its bytes where it is not UTF-8. */
  encoding: string;
  recordCount: number;
  candidatePairCount: number;
  patternCount: number;
  linkedPairCount: number;
  /** By the model's own odds. */
  expectedPairCount: number;
  reviewPairCount: number;
  /** How good the groups are, estimated without labels; `cannotTell` says why not where it cannot be told. */
  assessment: Assessment;
  /** In words: that fewer pairs are linked than the model expects, or that many of them are wrong; and what would help. */
  warnings: string[];
  clusterCount: number;
  /** Calibrated bits, as match_weight in pairs.csv. */
  linkThreshold: number;
  reviewThreshold: number;
  /** Bits the calibration took off the model's own weights. */
  thresholdShift: number;
  /** Share of all pairs the model holds to be of one entity. */
  prior: number;
  blocking: RuleCount[];
  /** Upper bound: another rule may have compared some of them. */
  notComparedPairCount: number;
  /** Records alike in all that is compared, too many for a block to hold: joined without being compared. */
  joinedUncomparedCount: number;
  comparisons: { field: string; levels: { level: string; m: number; u: number }[] }[];
  /** Of the pairs that --explain names. */
  explained: readonly Explanation[];
  steps: MatchStep[];
  seconds: number;
};

export function reportOf(
  result: MatchResult,
  steps: MatchStep[],
  seconds: number,
  { encoding, explained }: { encoding: string | null; explained: readonly Explanation[] },
): MatchReport {
  const { model } = result;
  return {
    entity: model.layout.entity,
    encoding: encoding ?? 'utf-8',
    recordCount: result.recordCount,
    candidatePairCount: result.candidatePairCount,
    patternCount: result.patternCount,
    linkedPairCount: result.pairCounts.linked,
    expectedPairCount: Math.round(result.pairCounts.expected * 10) / 10,
    reviewPairCount: result.pairCounts.asked,
    assessment: result.assessment,
    warnings: result.warnings,
    clusterCount: result.clusterCount,
    linkThreshold,
    reviewThreshold: model.threshold.review,
    thresholdShift: model.threshold.shift,
    prior: model.estimate.prior,
    blocking: result.ruleCounts,
    notComparedPairCount: result.ruleCounts.reduce((sum, { notComparedPairCount }) => sum + notComparedPairCount, 0),
    joinedUncomparedCount: result.joinedCount,
    comparisons: model.comparisons.map(({ name, levels }, at) => ({
      field: name,
      levels: levels.map(({ label }, index) => ({
        level: label,
        m: Number((model.estimate.levels[at]?.[index]?.m ?? 0).toPrecision(4)),
        u: Number((model.estimate.levels[at]?.[index]?.u ?? 0).toPrecision(4)),
      })),
    })),
    explained,
    steps,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}
