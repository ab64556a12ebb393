/** The command under test, run as anyone would: `node assay.mjs match …` on a file without truth. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compareOption, mapOption, type PreparedSet } from '../accuracy/data-set.ts';
import { readClusters, readPairs } from '../accuracy/read-pairs.ts';
import type { ScoredPairs } from '../accuracy/threshold.ts';
import { measure, type Cost } from '../measure.ts';

export const ourCommand = resolve(import.meta.dirname, '../../assay.mjs');

/** What the bench reads of the report of `assay match`. */
export type MatchReport = { linkThreshold: number; candidatePairCount: number; assessment: Assessment };
type EstimatedShare = { estimate: number; low: number; high: number };
/** What the command says of its own groups: precision and recall, or why it cannot tell them. */
export type Assessment = {
  precision: EstimatedShare | null;
  recall: EstimatedShare | null;
  weakestField: string | null;
  cannotTell: string | null;
};
export type MatchFiles = { out: string; pairs?: string; report: string };

/** The options of one run, exactly as the documentation of `assay match` has them. */
export function matchArguments(
  { set, file }: Pick<PreparedSet, 'set' | 'file'>,
  { out, pairs, report }: MatchFiles,
): string[] {
  const options = ['match', file, '--entity', set.entity, '--id', set.id, '--map', mapOption(set)];
  const compare = compareOption(set);
  if (compare) options.push('--compare', compare);
  if (set.source !== undefined) options.push('--source', set.source);
  options.push('--out', out, '--report', report);
  if (pairs !== undefined) options.push('--pairs', pairs);
  return options;
}

/** @param command assay.mjs of this commit, or of another */
export async function runMatch(
  prepared: Pick<PreparedSet, 'set' | 'file'>,
  files: MatchFiles,
  command = ourCommand,
): Promise<{ cost: Cost; report: MatchReport }> {
  const {
    output: _,
    marks: __,
    ...cost
  } = await measure(process.execPath, [command, ...matchArguments(prepared, files)]);
  return { cost, report: JSON.parse(await readFile(files.report, 'utf8')) as MatchReport };
}

export type Matched = {
  clusters: Int32Array;
  pairs: ScoredPairs;
  /** The weight above which the command itself links, as its report says. */
  threshold: number;
  assessment: Assessment;
  cost: Cost;
};

export async function matchSet(prepared: PreparedSet, folder: string): Promise<Matched> {
  const file = (kind: string) => join(folder, `${prepared.set.name}.${kind}`);
  const files = { out: file('clusters.csv'), pairs: file('pairs.csv'), report: file('report.json') };
  const { cost, report } = await runMatch(prepared, files);
  const pairs = await readPairs(files.pairs, prepared);
  return {
    clusters: await readClusters(files.out, prepared),
    pairs,
    threshold: report.linkThreshold,
    assessment: report.assessment,
    cost,
  };
}
