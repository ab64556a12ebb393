/** What the pull bench measured into the text it prints. */
import type { Pulled } from '../peers/pull-peer.ts';
import { table, type Cell } from '../table.ts';

export type PullResult = { name: string; apiCalls: number } & Pulled;

export function pullTable(results: readonly PullResult[]): string {
  const header = ['client', 'rows', 'lands', 'wall s', 'rows/s', 'first row s', 'CPU s', 'peak MiB', 'requests'];
  return table(
    header,
    results.map(({ name, rows, lands, cost, firstRowSeconds, apiCalls }): Cell[] => [
      name,
      rows,
      lands,
      cost.wallSeconds.toFixed(1),
      Math.round(rows / cost.wallSeconds),
      firstRowSeconds === null ? null : firstRowSeconds.toFixed(1),
      cost.cpuSeconds.toFixed(1),
      Math.round(cost.peakMemoryMiB),
      apiCalls,
    ]),
  );
}

export function nightText({ rows, cost, apiCalls }: PullResult, mirrored: number, edited: number): string {
  return (
    `a night later, ${edited.toLocaleString('en-US')} of ${mirrored.toLocaleString('en-US')} contacts edited: ` +
    `${rows.toLocaleString('en-US')} rows read in ${cost.wallSeconds.toFixed(1)} s (start of the process included), ` +
    `${cost.cpuSeconds.toFixed(1)} s CPU, ${Math.round(cost.peakMemoryMiB)} MiB, ${apiCalls} requests`
  );
}
