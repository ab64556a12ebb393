/** One prepared set into the scores of our command and of Splink; the truth is read here and nowhere before. */
import type { Cost } from '../measure.ts';
import { type Assessment, matchSet } from '../peers/assay.ts';
import { salesforcePairs } from '../peers/salesforce-rules.ts';
import { splinkPairs } from '../peers/splink.ts';
import type { PreparedSet } from './data-set.ts';
import { scoreClusters, type ClusterScore } from './score.ts';
import {
  bestComponents,
  bestPairs,
  componentsFrom,
  pairsAbove,
  type AtThreshold,
  type ScoredPairs,
} from './threshold.ts';

/** Weight (log2 of the odds) of the probability .95 at which Splink's users commonly cut. */
const fixedWeight = Math.log2(0.95 / 0.05);

export type PairScores = { best: AtThreshold; bestComponents: AtThreshold };
export type Judged = {
  name: string;
  kind: string;
  madeBy: string;
  records: number;
  assay: PairScores & {
    clusters: ClusterScore;
    automatic: AtThreshold;
    /** Null where only some pairs have a truth. */
    assessment: Assessment | null;
    cost: Cost;
  };
  splink:
    | (PairScores & { fixed: AtThreshold; fixedClusters: ClusterScore; bestClusters: ClusterScore; cost: Cost })
    | null;
  /** The connected components of what Salesforce's standard rules match; null without Python, or where they ask for other fields. */
  salesforce: ClusterScore | null;
};

export async function judge(prepared: PreparedSet, folder: string, python: string | null): Promise<Judged> {
  const { set, truth } = prepared;
  const { clusters, pairs, threshold, assessment, cost } = await matchSet(prepared, folder);
  const splink = python === null ? null : await splinkPairs(python, prepared, folder);
  const salesforce = python === null ? null : await salesforcePairs(python, prepared, folder);
  return {
    name: set.name,
    kind: set.kind,
    madeBy: set.madeBy,
    records: truth.length,
    assay: {
      clusters: scoreClusters(clusters, truth),
      ...pairScores(pairs, truth),
      automatic: pairsAbove(pairs, truth, threshold),
      assessment: prepared.judged ? null : assessment,
      cost,
    },
    splink: splink && { ...splinkScores(splink.pairs, truth), cost: splink.cost },
    salesforce: salesforce && scoreClusters(componentsFrom(salesforce, truth, 1), truth),
  };
}

function pairScores(pairs: ScoredPairs, truth: Int32Array): PairScores {
  return { best: bestPairs(pairs, truth), bestComponents: bestComponents(pairs, truth) };
}

/** Splink's clusters are the connected components of its pairs from a threshold on. */
function splinkScores(pairs: ScoredPairs, truth: Int32Array) {
  const scores = pairScores(pairs, truth);
  const clustersFrom = (threshold: number) => scoreClusters(componentsFrom(pairs, truth, threshold), truth);
  return {
    ...scores,
    fixed: pairsAbove(pairs, truth, fixedWeight),
    fixedClusters: clustersFrom(fixedWeight),
    bestClusters: clustersFrom(scores.bestComponents.threshold),
  };
}
