/** `npm run bench -- labels`: what decisions of reviewers teach the model about the pairs nobody decided. */
import type { Extra } from '../../src/matcher/definition.ts';
import { matchRecords, type MatchResult } from '../../src/matcher/engine.ts';
import type { Label } from '../../src/matcher/weigh/label.ts';
import { loadCsv } from '../../src/matcher/read/load-csv.ts';
import { changeBetween, type ClusterChange } from '../../src/matcher/weigh/model-change.ts';
import { prepare, type DataSet, type PreparedSet } from '../accuracy/data-set.ts';
import { prfOf, scoreClusters, type PairCounts, type Prf } from '../accuracy/score.ts';
import { allSets } from '../accuracy/sets/all.ts';
import { peersFolder, workFolder } from '../peers/folders.ts';
import { announceSkip, writeReport } from '../report.ts';
import { table } from '../table.ts';
import { answer, reviewQueue } from './reviewer.ts';

export type LabelsOptions = { data: string; only?: string[]; seed: number; json?: string };

const decisionCounts = [20, 50, 200];
const wrongShares = [0, 0.05];

type Trial = {
  set: string;
  asked: number;
  decided: number;
  wrongAnswers: number;
  /** Of the pairs nobody decided. */
  before: Prf;
  after: Prf;
  wrongBefore: number;
  missedBefore: number;
  wrongAfter: number;
  missedAfter: number;
  /** Decisions on the wrong side of even odds by each model. */
  oldWrongLabels: number;
  newWrongLabels: number;
  change: ClusterChange;
  shift: [number, number];
};

export async function labels(options: LabelsOptions): Promise<void> {
  const folder = await workFolder('labels');
  const trials: Trial[] = [];
  for (const set of chosen(options.only)) {
    const labelled = await set.load({ data: options.data, peers: peersFolder, seed: options.seed });
    if ('reason' in labelled) announceSkip(`the set ${set.name}`, labelled.reason);
    else trials.push(...(await tryOut(await prepare(set, labelled, folder), options.seed)));
  }
  console.log(trialTable(trials));
  await writeReport(options.json, 'labels', { trials });
}

function chosen(only: readonly string[] | undefined): DataSet[] {
  const unknown = only?.filter((name) => !allSets.some((set) => set.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no set is called ${unknown.join(', ')}`);
  return allSets.filter(
    ({ name, isLarge, kind }) => only?.includes(name) ?? (!isLarge && kind !== 'shape' && kind !== 'stranger'),
  );
}

async function tryOut(prepared: PreparedSet, seed: number): Promise<Trial[]> {
  const { name } = prepared.set;
  const { result: old, truth } = await train(prepared, []);
  const queue = reviewQueue(old);
  const trials: Trial[] = [];
  for (const asked of decisionCounts) {
    // The smaller number was all there is.
    if (trials.at(-1)?.decided === queue.length) break;
    for (const wrongShare of wrongShares) {
      const said = answer(queue.slice(0, asked), truth, wrongShare, seed);
      if (said.length === 0) continue;
      const { result } = await train(prepared, said);
      trials.push({ set: name, asked, ...compare(old, result, said, truth) });
      console.error(`${name}: ${said.length} decisions, ${100 * wrongShare} % wrong`);
    }
  }
  return trials;
}

async function train({ set, file, truth }: PreparedSet, said: readonly Label[]) {
  const extras = Object.entries(set.compare ?? {}).map(([name, kind]): Extra => ({ name, kind }));
  const { entity, id, map, source = null } = set;
  const records = await loadCsv(file, { entity, id, map, extras, source });
  const byPlace = Int32Array.from({ length: records.recordCount }, (_, place) => truth[records.rowOf(place)] as number);
  return { result: await matchRecords(records, { labels: said }), truth: byPlace };
}

function compare(old: MatchResult, now: MatchResult, said: readonly Label[], truth: Int32Array) {
  const [before, after] = [old, now].map(({ clusters }) => undecided(clusters, truth, said)) as [
    PairCounts,
    PairCounts,
  ];
  const weights = new Map<string, number>();
  for (const [at, score] of old.pairs.score.entries())
    weights.set(`${old.pairs.left[at]} ${old.pairs.right[at]}`, score);
  return {
    decided: said.length,
    wrongAnswers: said.filter(({ l, r, same }) => same !== (truth[l] === truth[r])).length,
    before: prfOf(before),
    after: prfOf(after),
    wrongBefore: before.foundPairs - before.rightPairs,
    missedBefore: before.truePairs - before.rightPairs,
    wrongAfter: after.foundPairs - after.rightPairs,
    missedAfter: after.truePairs - after.rightPairs,
    oldWrongLabels: said.filter(({ l, r, same }) => (weights.get(`${l} ${r}`) ?? -1) > 0 !== same).length,
    newWrongLabels: now.wrongLabelCount,
    change: changeBetween(now.clusters, linksOf(old.clusters), new Uint8Array(truth.length)),
    shift: [old.model.threshold.shift, now.model.threshold.shift] as [number, number],
  };
}

/** Pairs in one cluster, the decided ones left out: those a reviewer has settled anyway. */
function undecided(clusters: Int32Array, truth: Int32Array, said: readonly Label[]): PairCounts {
  const { pairwise } = scoreClusters(clusters, truth);
  const counts = { ...pairwise };
  for (const { l, r } of said) {
    const [isTrue, isFound] = [truth[l] === truth[r], clusters[l] === clusters[r]];
    counts.truePairs -= Number(isTrue);
    counts.foundPairs -= Number(isFound);
    counts.rightPairs -= Number(isTrue && isFound);
  }
  return counts;
}

function linksOf(clusters: Int32Array): [number, number][] {
  return [...clusters].flatMap((root, place): [number, number][] => (root === place ? [] : [[root, place]]));
}

function trialTable(trials: readonly Trial[]): string {
  const header = ['set', 'decisions', 'wrong answers', 'P before', 'R', 'F1', 'P after', 'R', 'F1'];
  const counts = [
    'wrong pairs',
    'missed pairs',
    'labels wrong',
    'clusters: same',
    'new',
    'gone',
    'split',
    'merged',
    'shift',
  ];
  return table(
    [...header, ...counts],
    trials.map((one) => {
      const { before, after, change } = one;
      const scores = [before.precision, before.recall, before.f1, after.precision, after.recall, after.f1];
      return [
        one.set,
        one.decided,
        one.wrongAnswers,
        ...scores.map((score) => score.toFixed(4)),
        `${one.wrongBefore} -> ${one.wrongAfter}`,
        `${one.missedBefore} -> ${one.missedAfter}`,
        `${one.oldWrongLabels} -> ${one.newWrongLabels}`,
        change.unchangedCount,
        change.addedCount,
        change.removedCount,
        change.splitCount,
        change.mergedCount,
        one.shift.join(' -> '),
      ];
    }),
  );
}
