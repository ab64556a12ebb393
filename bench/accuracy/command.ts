/** `npm run bench -- accuracy`: every set through `assay match`, scored against its truth beside Splink's figures. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPython, peersFolder, workFolder } from '../peers/folders.ts';
import { announceSkip, writeReport } from '../report.ts';
import { prepare, type DataSet } from './data-set.ts';
import { judge, type Judged } from './judge.ts';
import { allSets } from './sets/all.ts';
import { accuracyTable } from './summary.ts';

export type AccuracyOptions = {
  data: string;
  only?: string[];
  kind?: string;
  seed: number;
  large?: true;
  peer: boolean;
  json?: string;
};

export async function accuracy(options: AccuracyOptions): Promise<void> {
  const folder = await workFolder('accuracy');
  const python = options.peer ? findPython('match') : null;
  if (options.peer && python === null)
    announceSkip('Splink', 'run `npm run bench -- setup` (needs Python 3.9 or later)');
  const judged: Judged[] = [];
  const failed: string[] = [];
  for (const set of chosen(options)) {
    const labelled = await set.load({ data: options.data, peers: peersFolder, seed: options.seed });
    if ('reason' in labelled) {
      announceSkip(`the set ${set.name}`, labelled.reason);
      continue;
    }
    try {
      const result = await judge(await prepare(set, labelled, folder), folder, python);
      judged.push(result);
      console.error(`${set.name}: clusters F1 ${result.assay.clusters.pairwise.f1.toFixed(4)}`);
    } catch (error) {
      failed.push(`${set.name}: ${(error as Error).message}`);
      console.error(`${set.name} FAILED: ${(error as Error).message}`);
    }
  }
  const text = accuracyTable(judged);
  console.log(text);
  await writeFile(join(folder, 'results.txt'), `${text}\n`);
  await writeReport(options.json, 'accuracy', { sets: judged, failed });
  if (failed.length > 0) {
    console.error(`${failed.length} sets failed:\n${failed.join('\n')}`);
    process.exitCode = 1;
  }
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
