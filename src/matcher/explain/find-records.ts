/** What follows `--explain` into two records of the file. */
import { DomainError } from '../../model/errors.ts';
import { idCell, sourceCell } from '../read/load-csv.ts';
import type { Records } from '../read/read-records.ts';
import type { Pair } from './shared-keys.ts';

type Asked = { text: string; splits: [string, string][] };

/**
 * @param texts each `<id>,<id>`, or `<source>:<id>,<source>:<id>` where sources share ids
 * @returns their places, in the order of the texts
 * @throws DomainError `option-invalid`
 */
export function findPairs(
  records: Records,
  texts: readonly string[],
  { file, id, source }: { file: string; id: string; source: string | null },
): Pair[] {
  const asked = texts.map((text): Asked => ({ text, splits: splitsOf(text) }));
  for (const { text, splits } of asked)
    if (splits.length === 0) throw invalid(text, `give two ids of the column "${id}", as in --explain 17,23.`);
  const places = placesOf(records, new Set(asked.flatMap(({ splits }) => splits.flat())), source !== null);
  return asked.map(({ text, splits }): Pair => {
    // An id may hold a comma: the first split of which both parts are ids.
    const found = splits.find((two) => two.every((one) => places.has(one)));
    if (!found) {
      const missing = (splits[0] as [string, string]).filter((one) => !places.has(one));
      const named = missing.map((one) => `"${one}"`).join(' and ');
      throw invalid(text, `the column "${id}" of ${file} does not hold ${named}; write the ids as the file has them.`);
    }
    const [l, r] = found.map((one) => {
      const all = places.get(one) as number[];
      if (all.length === 1) return all[0] as number;
      const names = all.map((place) => `${records.kept(sourceCell, place)}:${one}`);
      throw invalid(text, `several sources have the id "${one}"; name its source, as in ${names.join(' or ')}.`);
    }) as [number, number];
    if (l === r) throw invalid(text, 'both are the same record; give two.');
    return [l, r];
  });
}

/** Every way to part the text at a comma. */
function splitsOf(text: string): [string, string][] {
  const found: [string, string][] = [];
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) {
    const [one, other] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (one !== '' && other !== '') found.push([one, other]);
  }
  return found;
}

/** By id, and by source and id where there are sources. */
function placesOf(records: Records, wanted: ReadonlySet<string>, hasSource: boolean): Map<string, number[]> {
  const places = new Map<string, number[]>();
  const add = (name: string, place: number) => {
    if (wanted.has(name)) places.set(name, [...(places.get(name) ?? []), place]);
  };
  for (let place = 0; place < records.recordCount; place += 1) {
    const id = records.kept(idCell, place);
    add(id, place);
    if (hasSource) add(`${records.kept(sourceCell, place)}:${id}`, place);
  }
  return places;
}

const invalid = (text: string, why: string) => new DomainError('option-invalid', `--explain ${text}: ${why}`);
