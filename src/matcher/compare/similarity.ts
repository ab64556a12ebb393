/** Two runs of UTF-16 units into how alike they are: Jaro-Winkler, and edits up to a few. */

/** Of longer texts the start is compared: nobody is called so, and the work grows with the square of the length. */
const mostUnits = 256;
const taken = new Uint8Array(mostUnits);
const matched = new Uint16Array(mostUnits);

const bitPlaces = 32;
/** Of the last texts: matched letters that stand in another order. */
let turned = 0;

const nothing = new Uint16Array(0);

/** A text that others are held against, one after another: where it has which letter is looked up once. */
export class Letters {
  /** By unit: the places that hold it, as bits, and those from 32 on. Not of a text of more than 64 units. */
  private readonly placesOf = new Int32Array(1 << 16);
  private readonly furtherPlacesOf = new Int32Array(1 << 16);
  private units: Uint16Array = nothing;
  private from = 0;
  private to = 0;

  take(units: Uint16Array, from: number, to: number): void {
    const end = Math.min(to, from + mostUnits);
    if (from === this.from && end === this.to && units === this.units) return;
    if (this.isMarked()) this.mark(false);
    [this.units, this.from, this.to] = [units, from, end];
    if (this.isMarked()) this.mark(true);
  }

  /**
   * Jaro-Winkler of the first 256 units, 0..1, as rapidfuzz has it; 0 where it is below `floor`, which is mostly known after a
   * few letters.
   */
  jaroWinkler(a: Uint16Array, aFrom: number, aTo: number, floor: number): number {
    const { units: b, from: bFrom, to: bTo } = this;
    const aEnd = Math.min(aTo, aFrom + mostUnits);
    const [aLength, bLength] = [aEnd - aFrom, bTo - bFrom];
    const shorter = aLength < bLength ? aLength : bLength;
    let start = 0;
    while (start < 4 && start < shorter && a[aFrom + start] === b[bFrom + start]) start += 1;
    // What Jaro must be for the floor, and how many letters need not match for that.
    const least = (floor - start * 0.1) / (1 - start * 0.1) - 1e-9;
    const spare = Math.floor(aLength - ((3 * least - 1) * aLength * bLength) / (aLength + bLength));
    const reach = Math.max(0, ((aLength > bLength ? aLength : bLength) >> 1) - 1);
    let m: number;
    if (bLength > 2 * bitPlaces) m = matchLong(a, aFrom, aEnd, b, bFrom, bTo, reach, spare);
    else if (bLength > bitPlaces) m = this.matchMiddling(a, aFrom, aEnd, reach, spare);
    else m = this.matchShort(a, aFrom, aEnd, reach, spare);
    if (m === 0) return 0;
    const jaro = (m / aLength + m / bLength + (m - (turned >> 1)) / m) / 3;
    const alike = jaro > 0.7 ? jaro + start * 0.1 * (1 - jaro) : jaro;
    return alike < floor ? 0 : alike;
  }

  private isMarked(): boolean {
    return this.to - this.from <= 2 * bitPlaces;
  }

  private mark(isThere: boolean): void {
    const { placesOf, furtherPlacesOf, units, from, to } = this;
    const middle = Math.min(to, from + bitPlaces);
    for (let at = from, place = 1; at < middle; at += 1, place <<= 1) {
      const unit = units[at] as number;
      placesOf[unit] = isThere ? (placesOf[unit] as number) | place : 0;
    }
    for (let at = middle, place = 1; at < to; at += 1, place <<= 1) {
      const unit = units[at] as number;
      furtherPlacesOf[unit] = isThere ? (furtherPlacesOf[unit] as number) | place : 0;
    }
  }

  // These answer how many letters match, each with the first free place within reach; 0 where more than `spare` don't.
  // Whether one does cannot be foreseen: a branch for it would take as long as all the rest.

  private matchShort(a: Uint16Array, aFrom: number, aTo: number, reach: number, spare: number): number {
    const { placesOf } = this;
    // Places within reach of the first unit; the window moves on with each.
    let window = reach >= 31 ? -1 : (2 << reach) - 1;
    let free = -1;
    let m = 0;
    const length = aTo - aFrom;
    for (let i = 0; i < length && i - m <= spare; i += 1) {
      const unit = a[aFrom + i] as number;
      const hits = (placesOf[unit] as number) & window & free;
      const hit = hits & -hits;
      free &= ~hit;
      matched[m] = unit;
      m += (hit | -hit) >>> 31;
      window = (window << 1) | ((i - reach) >>> 31);
    }
    if (length - m > spare) return 0;
    turned = 0;
    countTurned(~free, this.units, this.from, 0);
    return m;
  }

  /** With two numbers for the places. */
  private matchMiddling(a: Uint16Array, aFrom: number, aTo: number, reach: number, spare: number): number {
    const { placesOf, furtherPlacesOf } = this;
    let window = reach >= 31 ? -1 : (2 << reach) - 1;
    let furtherWindow = reach < 32 ? 0 : reach >= 63 ? -1 : (2 << (reach - 32)) - 1;
    let [free, furtherFree, m] = [-1, -1, 0];
    const length = aTo - aFrom;
    for (let i = 0; i < length && i - m <= spare; i += 1) {
      const unit = a[aFrom + i] as number;
      const hits = (placesOf[unit] as number) & window & free;
      const hit = hits & -hits;
      const isFound = (hit | -hit) >> 31;
      const furtherHits = (furtherPlacesOf[unit] as number) & furtherWindow & furtherFree & ~isFound;
      const furtherHit = furtherHits & -furtherHits;
      free &= ~hit;
      furtherFree &= ~furtherHit;
      matched[m] = unit;
      m += ((furtherHit | -furtherHit) >>> 31) - isFound;
      furtherWindow = (furtherWindow << 1) | (window >>> 31);
      window = (window << 1) | ((i - reach) >>> 31);
    }
    if (length - m > spare) return 0;
    turned = 0;
    const middle = this.from + bitPlaces;
    countTurned(~furtherFree, this.units, middle, countTurned(~free, this.units, this.from, 0));
    return m;
  }
}

/** Adds those of the matched letters, from `k` on, that are not those of `b` at the taken places. @returns where it ended */
function countTurned(takenPlaces: number, b: Uint16Array, bFrom: number, k: number): number {
  for (let left = takenPlaces; left !== 0; left &= left - 1) {
    const place = 31 - Math.clz32(left & -left);
    const differs = (matched[k++] as number) ^ (b[bFrom + place] as number);
    turned += -differs >>> 31;
  }
  return k;
}

/** Texts of up to `mostUnits`. */
function matchLong(
  a: Uint16Array,
  aFrom: number,
  aTo: number,
  b: Uint16Array,
  bFrom: number,
  bTo: number,
  reach: number,
  spare: number,
): number {
  const [aLength, bLength] = [aTo - aFrom, bTo - bFrom];
  let m = 0;
  taken.fill(0, 0, bLength);
  for (let i = 0; i < aLength; i += 1) {
    const unit = a[aFrom + i] as number;
    const end = i + reach < bLength - 1 ? i + reach : bLength - 1;
    let j = i > reach ? i - reach : 0;
    while (j <= end && (b[bFrom + j] !== unit || taken[j] === 1)) j += 1;
    if (j <= end) {
      taken[j] = 1;
      matched[m++] = unit;
    } else if (i + 1 - m > spare) return 0;
  }
  turned = 0;
  for (let j = 0, k = 0; k < m; j += 1) if (taken[j] && matched[k++] !== b[bFrom + j]) turned += 1;
  return m;
}

/** Whether at most `most` letters put in, left out or exchanged make one of the other (Levenshtein). */
export function withinEdits(
  a: Uint16Array,
  aFrom: number,
  aTo: number,
  b: Uint16Array,
  bFrom: number,
  bTo: number,
  most: number,
): boolean {
  if (Math.abs(aTo - aFrom - (bTo - bFrom)) > most) return false;
  while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) [aFrom, bFrom] = [aFrom + 1, bFrom + 1];
  while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) [aTo, bTo] = [aTo - 1, bTo - 1];
  const [aLength, bLength] = [aTo - aFrom, bTo - bFrom];
  // What is left begins and ends with a difference.
  if (aLength === 0 || bLength === 0) return Math.max(aLength, bLength) <= most;
  if (most === 1) return aLength === 1 && bLength === 1;
  // Only lengths that differ by up to `most` can still be within: `row` has those around the diagonal.
  const width = 2 * most + 1;
  const row = Array.from({ length: width + 1 }, (_, at) => (at >= most && at < width ? at - most : Infinity));
  for (let i = 1; i <= aLength; i += 1) {
    let least = Infinity;
    for (let at = 0; at < width; at += 1) {
      const j = i + at - most;
      let edits = j === 0 ? i : Infinity;
      if (j > 0 && j <= bLength) {
        const exchanged = (row[at] as number) + (a[aFrom + i - 1] === b[bFrom + j - 1] ? 0 : 1);
        edits = Math.min(exchanged, (row[at + 1] as number) + 1, at > 0 ? (row[at - 1] as number) + 1 : Infinity);
      }
      row[at] = edits;
      least = Math.min(least, edits);
    }
    if (least > most) return false;
  }
  return (row[bLength - aLength + most] as number) <= most;
}

/** One letter more, less or another, or two exchanged, in words of four letters and more. */
export function slipsApart(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < 4 || Math.abs(a.length - b.length) > 1) return false;
  let [from, x, y] = [0, a.length, b.length];
  while (from < x && a[from] === b[from]) from += 1;
  while (x > from && y > from && a[x - 1] === b[y - 1]) [x, y] = [x - 1, y - 1];
  return x - from <= 2 && y - from <= 2;
}
