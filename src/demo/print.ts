/** The demo's figures become titled tables in plain columns, and the steps of a sync one line a stage. */
import type { StageEvent, View } from '../client/progress.ts';

/** A number as a reader would say it. */
export type Format = (value: number) => string;

export const count: Format = (value) => Math.round(value).toLocaleString('en-US');
export const decimals =
  (digits: number): Format =>
  (value) =>
    value.toFixed(digits);
export const percent: Format = (value) => `${(100 * value).toFixed(1)} %`;

type Row = Record<string, number | null>;

type CellFormat = (row: string, column: string) => Format;
const notMeasured = () => 'not measured';

/** One row a key, its numbers to the right; null reads `not measured`, never 0. `format` may differ by row and column. */
export function tableText(
  rows: Record<string, Row>,
  format: CellFormat,
  absent: (column: string) => string = notMeasured,
): string {
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const cells = Object.entries(rows).map(([name, row]) => [
    name,
    ...columns.map((column) => {
      const value = row[column] ?? null;
      return value === null ? absent(column) : format(name, column)(value);
    }),
  ]);
  const lines = [['', ...columns], ...cells];
  const widths = lines[0]!.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  return lines
    .map((line) => line.map((cell, at) => (at === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[at]!))))
    .map((line) => `  ${line.join('  ')}`.trimEnd())
    .join('\n');
}

export function printTable(
  title: string,
  rows: Record<string, Row>,
  format: CellFormat,
  absent?: (column: string) => string,
): void {
  console.log(`\n${title}\n${tableText(rows, format, absent)}`);
}

/** One number a key, without a head. */
export function printCounts(title: string, counts: Record<string, number>): void {
  const width = Math.max(...Object.keys(counts).map((key) => key.length));
  const figures = Object.values(counts).map(count);
  const figureWidth = Math.max(...figures.map((figure) => figure.length));
  const lines = Object.keys(counts).map((key, at) => `  ${key.padEnd(width)}  ${figures[at]!.padStart(figureWidth)}`);
  console.log(`\n${title}\n${lines.join('\n')}`);
}

const said: Record<string, (read: string, changed: string) => string> = {
  pull: (read) => `${read} records read from Salesforce`,
  standardise: (read) => `${read} records cleaned`,
  match: (read, changed) => `${read} records looked at, ${changed} pairs new or changed`,
  cluster: (read) => `${read} records grouped`,
  survive: (_read, changed) => `${changed} golden records written`,
  score: (read, changed) => `${read} records checked, ${changed} findings opened or closed`,
  publish: (_read, changed) => `${changed} rows published`,
  reconcile: (read, changed) => `${read} groups of deals compared with Salesforce, ${changed} differ`,
  alert: (_read, changed) => `${changed} ${changed === '1' ? 'alert' : 'alerts'} opened or changed`,
};

/** Keeps what each step of a sync did, to be printed when it has ended. */
export function stageView(): View & { lines(seconds: Record<string, number>): string[] } {
  const done = new Map<string, { read: number; changed: number }>();
  return {
    step({ stage, state, readCount, changedCount }: StageEvent) {
      if (state === 'running') return;
      const { read, changed } = done.get(stage) ?? { read: 0, changed: 0 };
      done.set(stage, { read: read + readCount, changed: changed + changedCount });
    },
    progress() {},
    end() {},
    lines: (seconds) =>
      [...done].map(([stage, { read, changed }]) => {
        const words = said[stage]?.(count(read), count(changed)) ?? `${count(read)} read, ${count(changed)} changed`;
        return `  ${stage.padEnd(12)} ${words} (${(seconds[stage] ?? 0).toFixed(1)} s)`;
      }),
  };
}

const done: Record<string, string> = {
  insert: 'created',
  update: 'edited',
  delete: 'deleted',
  merge: 'merged away',
  undelete: 'restored',
};

/** Counts of operations by object become one line an object: `Account: 20 edited, 1 merged away`. */
export function changeLines(counts: Record<string, Record<string, number>>): string[] {
  return Object.entries(counts).map(([object, operations]) => {
    const parts = Object.entries(operations).map(([operation, n]) => `${count(n)} ${done[operation] ?? operation}`);
    return `  ${object}: ${parts.join(', ')}`;
  });
}
