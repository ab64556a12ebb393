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
/** Whether the files of clusters, and those of pairs with weights and evidence, are the same byte for byte. */
export type Difference = {
  name: string;
  madeBy: string;
  records: number;
  sameClusters: boolean;
  samePairs: boolean;
  before: Outcome;
  now: Outcome;
};

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
    const file = (kind: string) => join(folder, `${set.name}.${name}.${kind}`);
    const files = { out: file('clusters.csv'), pairs: file('pairs.csv'), report: file('report.json') };
    const { cost } = await runMatch(prepared, files, command);
    const clusters = scoreClusters(await readClusters(files.out, prepared), prepared.truth);
    return { files, outcome: { clusters, cpuSeconds: cost.cpuSeconds } };
  };
  const before = await outcomeOf('before', other.command);
  const now = await outcomeOf('now', ourCommand);
  return {
    name: set.name,
    madeBy: set.madeBy,
    records: prepared.truth.length,
    sameClusters: await isSame(before.files.out, now.files.out),
    samePairs: await isSame(before.files.pairs, now.files.pairs),
    before: before.outcome,
    now: now.outcome,
  };
}

const isSame = async (one: string, other: string): Promise<boolean> =>
  (await readFile(one)).equals(await readFile(other));

/** F1 that a set may lose by a change of the engine without a reason written down. */
const mostFall = 0.01;

const change = (f1: number): string => (Math.abs(f1) < 5e-5 ? '' : `${f1 > 0 ? '+' : '-'}${Math.abs(f1).toFixed(4)}`);

export function differenceTable(differences: readonly Difference[], commit: string): string {
  const f1 = ({ clusters }: Outcome) => clusters.pairwise.f1;
  const wrong = ({ clusters: { pairwise } }: Outcome) => pairwise.foundPairs - pairwise.rightPairs;
  const missed = ({ clusters: { pairwise } }: Outcome) => pairwise.truePairs - pairwise.rightPairs;
  const shown = table(
    [
      'set',
      'made by',
      'records',
      'clusters',
      'pairs',
      'F1 before',
      'F1 now',
      'change',
      'wrong before',
      'now',
      'missed before',
      'now',
      'CPU s before',
      'now',
    ],
    differences.map(({ name, madeBy, records, sameClusters, samePairs, before, now }) => [
      name,
      madeBy,
      records,
      sameClusters ? 'equal' : 'DIFFER',
      samePairs ? 'equal' : 'differ',
      f1(before).toFixed(4),
      f1(now).toFixed(4),
      change(f1(now) - f1(before)),
      wrong(before),
      wrong(now),
      missed(before),
      missed(now),
      before.cpuSeconds.toFixed(1),
      now.cpuSeconds.toFixed(1),
    ]),
  );
  const equal = differences.filter((one) => one.sameClusters).length;
  const mean = (of: 'before' | 'now') => differences.reduce((sum, one) => sum + f1(one[of]), 0) / differences.length;
  const fallen = differences.filter((one) => f1(one.now) - f1(one.before) < -mostFall);
  const risen = differences.filter((one) => f1(one.now) - f1(one.before) > mostFall);
  const names = (some: readonly Difference[]) =>
    some.length === 0 ? 'none' : some.map((one) => `${one.name} ${change(f1(one.now) - f1(one.before))}`).join(', ');
  return [
    `Clusters of \`assay match\` beside those of ${commit}, the same files to both`,
    shown,
    '',
    `the same clusters, byte for byte: ${equal} of ${differences.length} sets; mean F1 ${mean('before').toFixed(4)} -> ${mean('now').toFixed(4)}`,
    `fell by more than ${mostFall}: ${names(fallen)}`,
    `rose by more than ${mostFall}: ${names(risen)}`,
  ].join('\n');
}
