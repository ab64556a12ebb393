/** How many pairs of one name chance brings to one place, by how often the name stands at other places. */
import type { TextTable } from './text-table.ts';

export type PlaceChances = {
  /** By pair: how many others of that name chance brings to that place, for each row that is there. */
  of: (l: number, r: number) => number;
  /** Different rows: what is there twice in all these columns counts once. */
  rowCount: number;
  /** Pairs of all rows. */
  expected: number;
};

/** By name, by legal form: the places. */
type PlacesOf = Map<string, Map<number, Set<string>>>;
const noForm = -1;

/**
 * Two legal forms are two names; a name without one may be that of either.
 * @param called columns of the name
 * @param places columns of the place
 */
export function chancesAtPlaces(
  { names, rows }: TextTable,
  recordCount: number,
  called: readonly string[],
  places: readonly string[],
): PlaceChances {
  const cellOf = (record: number, name: string) => {
    const at = names.indexOf(name);
    return at < 0 ? noForm : (rows.cells[record * rows.width + (rows.offsets[at] as number)] as number);
  };
  const textOf = (columns: readonly string[]) => (record: number) =>
    columns.map((column) => cellOf(record, column)).join();
  const [nameOf, placeOf] = [textOf(called), textOf(places)];
  const isBlank = (record: number) =>
    called.some((column) => cellOf(record, column) < 0) || places.every((column) => cellOf(record, column) < 0);
  const placesOf: PlacesOf = new Map();
  const rowsAt = new Map<string, number>();
  let rowCount = 0;
  for (let record = 0; record < recordCount; record += 1) {
    if (isBlank(record)) continue;
    const [name, form, place] = [nameOf(record), cellOf(record, 'form'), placeOf(record)];
    const byForm = placesOf.get(name) ?? new Map<number, Set<string>>();
    const own = byForm.get(form) ?? new Set<string>();
    placesOf.set(name, byForm.set(form, own));
    if (own.has(place)) continue;
    own.add(place);
    rowsAt.set(place, (rowsAt.get(place) ?? 0) + 1);
    rowCount += 1;
  }
  const unseen = unseenOf(placesOf);
  /** Each of two may be the other's chance, so that for one row it is half of them. */
  const chanceOf = (name: string, form: number, place: string): number => {
    let elsewhere = 0;
    for (const [other, own] of placesOf.get(name) ?? [])
      if (form === noForm || other === noForm || other === form) elsewhere += own.size - Number(own.has(place));
    return (Math.max(unseen, elsewhere) * (rowsAt.get(place) as number)) / rowCount / 2;
  };
  let expected = 0;
  for (const [name, byForm] of placesOf)
    for (const [form, own] of byForm) for (const place of own) expected += chanceOf(name, form, place);
  return {
    rowCount,
    expected,
    of: (l, r) => {
      const sides = [l, r].map((record) => chanceOf(nameOf(record), cellOf(record, 'form'), placeOf(record)));
      return Math.max(...sides);
    },
  };
}

/** How often a name that is at one place only comes again (Good and Turing). */
function unseenOf(placesOf: PlacesOf): number {
  let [once, twice] = [0, 0];
  for (const byForm of placesOf.values())
    for (const { size } of byForm.values()) {
      if (size === 1) once += 1;
      else if (size === 2) twice += 1;
    }
  return (2 * twice + 1) / (once + 1);
}
