/** The demo's figures as titled tables, rounded as a reader would say them. */
import { table } from 'node:console';

const rounded = (value: number | null, digits: number): number | string =>
  value === null ? 'unknown' : Number(value.toFixed(Math.abs(value) >= 1000 ? Math.min(digits, 2) : digits));

/** One row a key; numbers keep at most `digits` decimals, null reads `unknown`, never 0. */
export function printTable(title: string, rows: Record<string, Record<string, number | null>>, digits = 3): void {
  console.log(`\n${title}`);
  table(
    Object.fromEntries(
      Object.entries(rows).map(([key, row]) => [
        key,
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, rounded(value, digits)])),
      ]),
    ),
  );
}

/** One number a key. */
export function printCounts(title: string, counts: Record<string, number>, column: string): void {
  printTable(title, Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, { [column]: count }])), 0);
}
