/** `npm run bench -- accuracy --against <commit>`: the sets by the engine of another commit beside this one's, and what differs. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ourCommand, runMatch } from '../peers/assay.ts';
import { table } from '../table.ts';
import { prepare, type DataSet, type Labelled } from './data-set.ts';
import { readClusters } from './read-pairs.ts';
import { scoreClusters, type ClusterScore } from './score.ts';

const execute = promisify(execFile);

/** What one engine made of a set. */
type Outcome = { clusters: ClusterScore; cpuSeconds: number };
/** `equal`: the files of clusters are the same byte for byte. */
export type Difference = { name: string; records: number; equal: boolean; before: Outcome; now: Outcome };

/** A commit checked out in a folder of its own, with the packages of this one. */
export type OtherEngine = { command: string; commit: string; remove: () => Promise<void> };

/** @throws Error where git knows no such commit */
export async function checkOut(commit: string): Promise<OtherEngine> {
  const repository = resolve(import.meta.dirname, '../..');
  const git = async (...args: string[]) => (await execute('git', ['-C', repository, ...args])).stdout.trim();
  const name = await git('rev-parse', '--verify', '--short', `${commit}^{commit}`);
  const folder = await mkdtemp(join(tmpdir(), 'assay-against-'));
  const tree = join(folder, 'tree');
  const remove = async () => {
    await git('worktree', 'remove', '--force', tree).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await git('worktree', 'add', '--detach', tree, name);
    const packages = join(repository, 'node_modules');
    await symlink(packages, join(tree, 'node_modules'), 'dir');
    return { command: join(tree, 'assay.mjs'), commit: name, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Both engines on the same file, one right after the other. */
export async function difference(
  set: DataSet,
  labelled: Labelled,
  folder: string,
  other: OtherEngine,
): Promise<Difference> {
  const prepared = await prepare(set, labelled, folder);
  const outcomeOf = async (name: string, command: string) => {
    const out = join(folder, `${set.name}.${name}.csv`);
    const report = join(folder, `${set.name}.${name}.json`);
    const { cost } = await runMatch(prepared, { out, report }, command);
    const clusters = scoreClusters(await readClusters(out, prepared), prepared.truth);
    return { bytes: await readFile(out), outcome: { clusters, cpuSeconds: cost.cpuSeconds } };
  };
  const before = await outcomeOf('before', other.command);
  const now = await outcomeOf('now', ourCommand);
  return {
    name: set.name,
    records: prepared.truth.length,
    equal: before.bytes.equals(now.bytes),
    before: before.outcome,
    now: now.outcome,
  };
}

export function differenceTable(differences: readonly Difference[], commit: string): string {
  const f1 = ({ clusters }: Outcome) => clusters.pairwise.f1;
  const wrong = ({ clusters: { pairwise } }: Outcome) => pairwise.foundPairs - pairwise.rightPairs;
  const missed = ({ clusters: { pairwise } }: Outcome) => pairwise.truePairs - pairwise.rightPairs;
  const shown = table(
    [
      'set',
      'records',
      'clusters',
      'F1 before',
      'F1 now',
      'wrong before',
      'now',
      'missed before',
      'now',
      'CPU s before',
      'now',
    ],
    differences.map(({ name, records, equal, before, now }) => [
      name,
      records,
      equal ? 'equal' : 'DIFFER',
      f1(before).toFixed(4),
      f1(now).toFixed(4),
      wrong(before),
      wrong(now),
      missed(before),
      missed(now),
      before.cpuSeconds.toFixed(1),
      now.cpuSeconds.toFixed(1),
    ]),
  );
  const equal = differences.filter((one) => one.equal).length;
  const mean = (of: 'before' | 'now') => differences.reduce((sum, one) => sum + f1(one[of]), 0) / differences.length;
  return [
    `Clusters of \`assay match\` beside those of ${commit}, the same files to both`,
    shown,
    '',
    `the same clusters, byte for byte: ${equal} of ${differences.length} sets; mean F1 ${mean('before').toFixed(4)} -> ${mean('now').toFixed(4)}`,
  ].join('\n');
}
