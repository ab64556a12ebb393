/** What the match bench measured into the text it prints. */
import type { ClusterScore } from '../accuracy/score.ts';
import type { Cost } from '../measure.ts';
import { table, type Cell } from '../table.ts';
import type { Determinism } from './repeat.ts';
import type { Stability } from './stability.ts';

export type Contender = { name: string; cost: Cost; score: ClusterScore; bestF1: number | null };

export function costTable(contenders: readonly Contender[], records: number): string {
  const header = [
    `${records.toLocaleString('en-US')} records`,
    'wall s',
    'CPU s',
    'peak MiB',
    'records/s',
    'P',
    'R',
    'F1',
    'B3 F1',
    'F1 at best threshold',
  ];
  const rows = contenders.map(({ name, cost, score, bestF1 }): Cell[] => [
    name,
    cost.wallSeconds.toFixed(1),
    cost.cpuSeconds.toFixed(1),
    Math.round(cost.peakMemoryMiB),
    Math.round(records / cost.wallSeconds),
    score.pairwise.precision.toFixed(4),
    score.pairwise.recall.toFixed(4),
    score.pairwise.f1.toFixed(4),
    score.bCubed.f1.toFixed(4),
    bestF1 === null ? null : bestF1.toFixed(4),
  ]);
  const [ours, theirs] = contenders;
  if (!ours || !theirs) return table(header, rows);
  const times = (a: number, b: number) => `${(b / a).toFixed(2)} x`;
  const ratio: Cell[] = [
    'Splink / assay',
    times(ours.cost.wallSeconds, theirs.cost.wallSeconds),
    times(ours.cost.cpuSeconds, theirs.cost.cpuSeconds),
    times(ours.cost.peakMemoryMiB, theirs.cost.peakMemoryMiB),
  ];
  return table(header, [...rows, [...ratio, ...header.slice(ratio.length).map(() => '')]]);
}

export function stabilityText(
  { grown, edited }: { grown: Stability; edited: Stability },
  determinism: Determinism,
): string {
  const line = (what: string, { entities, share, shareOfDuplicated }: Stability) =>
    `golden ids unchanged after ${what}: ${percent(share)} of ${entities.toLocaleString('en-US')} people whose truth did not change (${percent(shareOfDuplicated)} of those with two records or more)`;
  return [
    '',
    line('+10 % records', grown),
    line('1 % edits', edited),
    `rows shuffled: ${determinism.isSamePartition ? 'the same clusters' : 'OTHER CLUSTERS'}, ${determinism.isSameBytes ? 'the same bytes' : 'other bytes'} once sorted`,
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
