/** `npm run bench -- accuracy`: every set through `assay match`, scored against its truth beside Splink's figures. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPython, peersFolder, workFolder } from '../peers/folders.ts';
import { announceSkip, writeReport } from '../report.ts';
import { checkOut, difference, differenceTable } from './against.ts';
import { prepare, type DataSet, type Labelled } from './data-set.ts';
import { judge } from './judge.ts';
import { allSets } from './sets/all.ts';
import { accuracyTable } from './summary.ts';

export type AccuracyOptions = {
  data: string;
  only?: string[];
  kind?: string;
  seed: readonly number[];
  large?: true;
  /** All sizes and shares of copies of the shapes. */
  full?: true;
  peer: boolean;
  against?: string;
  json?: string;
};

export async function accuracy(options: AccuracyOptions): Promise<void> {
  const folder = await workFolder('accuracy');
  if (options.against !== undefined) return compareWith(options.against, options, folder);
  const python = options.peer ? findPython('match') : null;
  if (options.peer && python === null)
    announceSkip('Splink and GoldenMatch', 'run `npm run bench -- setup` (needs Python 3.9 or later)');
  const { done: judged, failed } = await eachSet(options, async (set, labelled) => {
    const result = await judge(await prepare(set, labelled, folder), folder, python);
    console.error(`${set.name}: clusters F1 ${result.assay.clusters.pairwise.f1.toFixed(4)}`);
    return result;
  });
  const text = accuracyTable(judged);
  console.log(text);
  await writeFile(join(folder, 'results.txt'), `${text}\n`);
  await writeReport(options.json, 'accuracy', { sets: judged, failed });
  complainOf(failed);
}

/** The sets by the engine of another commit too; clusters that differ are no failure. */
async function compareWith(commit: string, options: AccuracyOptions, folder: string): Promise<void> {
  const other = await checkOut(commit);
  try {
    const { done, failed } = await eachSet(options, async (set, labelled) => {
      const found = await difference(set, labelled, folder, other);
      console.error(`${set.name}: ${found.sameClusters ? 'equal' : 'clusters differ'}`);
      return found;
    });
    if (done.length > 0) console.log(differenceTable(done, other.commit));
    await writeReport(options.json, 'accuracy', { against: other.commit, sets: done, failed });
    complainOf(failed);
  } finally {
    await other.remove();
  }
}

async function eachSet<T>(options: AccuracyOptions, take: (set: DataSet, labelled: Labelled) => Promise<T>) {
  const [done, failed]: [T[], string[]] = [[], []];
  for (const { set, seed } of withSeeds(chosen(options), options.seed)) {
    const labelled = await set.load({ data: options.data, peers: peersFolder, seed });
    if ('reason' in labelled) {
      announceSkip(`the set ${set.name}`, labelled.reason);
      continue;
    }
    try {
      done.push(await take(set, labelled));
    } catch (error) {
      failed.push(`${set.name}: ${(error as Error).message}`);
      console.error(`${set.name} FAILED: ${(error as Error).message}`);
    }
  }
  return { done, failed };
}

function complainOf(failed: readonly string[]): void {
  if (failed.length === 0) return;
  console.error(`${failed.length} sets failed:\n${failed.join('\n')}`);
  process.exitCode = 1;
}

/** Sets of more rows are made by the first seed only, and what is not made here is run once. */
const mostRows = 3_000;

function withSeeds(sets: readonly DataSet[], seeds: readonly number[]): { set: DataSet; seed: number }[] {
  return seeds.flatMap((seed, at) =>
    sets
      .filter(
        ({ kind, rowCount = mostRows, isLarge }) =>
          at === 0 || (['held-out', 'shape', 'stranger'].includes(kind) && rowCount <= mostRows && !isLarge),
      )
      .map((set) => ({ set: seeds.length === 1 ? set : { ...set, name: `${set.name}@${seed}` }, seed })),
  );
}

function chosen({ only, kind, large, full }: AccuracyOptions): DataSet[] {
  const unknown = only?.filter((name) => !allSets.some((set) => set.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no set is called ${unknown.join(', ')}; there are ${allSets.map(({ name }) => name).join(', ')}`);
  return allSets.filter(
    (set) =>
      (only === undefined
        ? (large === true || !set.isLarge) && (full === true || !set.isExtra)
        : only.includes(set.name)) &&
      (kind === undefined || set.kind === kind),
  );
}
