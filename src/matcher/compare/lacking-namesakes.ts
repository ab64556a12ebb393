/** Whether a list of names has fewer equal ones than chance would give: then whoever made it kept people of one name apart, and equal ones are copies. */
import { countTexts } from './frequency.ts';
import type { TextTable } from './text-table.ts';

/** A list in which equal names come by chance has so few of them no more often than this. */
const accident = 0.05;

/** Of lists of given and family names. */
export function lacksNamesakes(texts: TextTable, recordCount: number): boolean {
  const [given, family] = [texts.names.indexOf('first'), texts.names.indexOf('last')];
  if (given < 0 || family < 0) return false;
  const agreeing = agreementOf(texts, given, recordCount) * agreementOf(texts, family, recordCount);
  return poissonBelow((agreeing * recordCount * (recordCount - 1)) / 2, equalPairs(texts, given, family)) < accident;
}

/** The share of all pairs that agree in a column. */
function agreementOf({ columns, rows }: TextTable, at: number, recordCount: number): number {
  const pairs = countTexts(columns[at]!, rows, at).reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  return pairs / ((recordCount * (recordCount - 1)) / 2);
}

function equalPairs({ rows: { cells, width, offsets } }: TextTable, given: number, family: number): number {
  const counts = new Map<string, number>();
  for (let row = 0; row < cells.length; row += width) {
    const [first, last] = [cells[row + offsets[given]!] as number, cells[row + offsets[family]!] as number];
    if (first >= 0 && last >= 0) counts.set(`${first} ${last}`, (counts.get(`${first} ${last}`) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}

/** How often no more than `most` happen where `expected` are expected. */
export function poissonBelow(expected: number, most: number): number {
  let [term, sum] = [Math.exp(-expected), 0];
  for (let count = 0; count <= most && sum < 1; count += 1) {
    sum += term;
    term *= expected / (count + 1);
  }
  return sum;
}
