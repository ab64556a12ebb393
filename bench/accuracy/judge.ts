/** One prepared set into the scores of our command and of Splink; the truth is read here and nowhere before. */
import type { Cost } from '../measure.ts';
import { type Assessment, matchSet } from '../peers/assay.ts';
import { goldenMatch } from '../peers/goldenmatch.ts';
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
  /** Null without Python, or where it cannot do the set. */
  splink:
    | (PairScores & { fixed: AtThreshold; fixedClusters: ClusterScore; bestClusters: ClusterScore; cost: Cost })
    | null;
  goldenMatch: { clusters: ClusterScore; cost: Cost } | null;
  /** What a peer said where it cannot do the set. */
  cannot: string[];
  /** The connected components of what Salesforce's standard rules match; null without Python, or where they ask for other fields. */
  salesforce: ClusterScore | null;
};

export async function judge(prepared: PreparedSet, folder: string, python: string | null): Promise<Judged> {
  const { set, truth } = prepared;
  const { clusters, pairs, threshold, assessment, cost } = await matchSet(prepared, folder);
  const cannot: string[] = [];
  const splink = python === null ? null : await orCannot('Splink', cannot, splinkPairs(python, prepared, folder));
  const golden = python === null ? null : await goldenMatch(python, prepared, folder);
  if (golden !== null && golden.refused !== null) cannot.push(`GoldenMatch: ${golden.refused}`);
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
    goldenMatch:
      golden === null || golden.refused !== null
        ? null
        : { clusters: scoreClusters(golden.clusters, truth), cost: golden.cost },
    cannot,
    salesforce: salesforce && scoreClusters(componentsFrom(salesforce, truth, 1), truth),
  };
}

/** A peer that ends with an error cannot do the set; that is said in the table, and the others go on. */
async function orCannot<T>(peer: string, cannot: string[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const lines = (error as Error).message.trim().split('\n');
    const said = lines.findLast((line) => /\b\w*(?:Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? '';
    cannot.push(`${peer}: ${said.trim().slice(0, 200)}`);
    return null;
  }
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
