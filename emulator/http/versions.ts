/** The API versions the org answers to. */
import { notFound } from '../salesforce-error.ts';

const oldest = 31;
const newest = 68;
const seasons = ['Spring', 'Summer', 'Winter'];

/** Three releases a year: v66 is Spring '26, v67 Summer '26, v68 Winter '27. */
export const versions = Array.from({ length: newest - oldest + 1 }, (_, i) => {
  const number = oldest + i;
  const season = seasons[number % 3] ?? '';
  const year = 4 + Math.floor(number / 3) + (season === 'Winter' ? 1 : 0);
  return { label: `${season} '${year}`, url: `/services/data/v${number}.0`, version: `${number}.0` };
});

/** `v62.0` -> 62; anything outside the advertised range is not found, as in Salesforce. */
export function versionNumber(segment: string): number {
  const number = Number(/^v(\d+)\.0$/.exec(segment)?.[1] ?? 0);
  if (number < oldest || number > newest) throw notFound();
  return number;
}
