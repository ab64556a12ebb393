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
  seed: number;
  large?: true;
  peer: boolean;
  against?: string;
  json?: string;
};

export async function accuracy(options: AccuracyOptions): Promise<void> {
  const folder = await workFolder('accuracy');
  if (options.against !== undefined) return compareWith(options.against, options, folder);
  const python = options.peer ? findPython('match') : null;
  if (options.peer && python === null)
    announceSkip('Splink', 'run `npm run bench -- setup` (needs Python 3.9 or later)');
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
  for (const set of chosen(options)) {
    const labelled = await set.load({ data: options.data, peers: peersFolder, seed: options.seed });
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

function chosen({ only, kind, large }: AccuracyOptions): DataSet[] {
  const unknown = only?.filter((name) => !allSets.some((set) => set.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`no set is called ${unknown.join(', ')}; there are ${allSets.map(({ name }) => name).join(', ')}`);
  return allSets.filter(
    (set) =>
      (only === undefined ? large === true || !set.isLarge : only.includes(set.name)) &&
      (kind === undefined || set.kind === kind),
  );
}
