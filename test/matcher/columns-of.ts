/** Rows of standardised values into the columns that comparisons read. */
import { Columns } from '../../src/matcher/compare/condition.ts';
import { textTable } from '../../src/matcher/compare/text-table.ts';

export type Row = Record<string, string | undefined>;

const mostRarity = 14;

/** @param common values that many records have; all others are rare */
export function columnsOf(rows: Row[], common: string[] = []): Columns {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => ({
    name,
    values: rows.map((row) => row[name] ?? null),
    classOf: (value: string) => (common.includes(value) ? 5 : mostRarity),
  }));
  const most = new Map(names.map((name) => [name, mostRarity]));
  return new Columns(rows.length, textTable(columns, rows.length), new Map(), most);
}
