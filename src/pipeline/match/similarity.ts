/**
 * Two runs of UTF-16 units into how alike they are: Jaro-Winkler, and edits up to a few. Sketches tell most pairs apart
 * before a single unit is looked at.
 */

/**
 * Which of 27 kinds of letters are in a text (bits 0..26) and its length up to 31 (the bits above). Space and a..z have a
 * bit each, others share them.
 */
export function sketchOf(units: Uint16Array, from: number, to: number): number {
  let bits = 0;
  for (let at = from; at < to; at += 1) bits |= letterOf(units[at] as number);
  return bits | (Math.min(longSketch, to - from) << 27);
}

const letters = 0x07ff_ffff;
/** A text of this length in a sketch is as long or longer. */
export const longSketch = 31;
export const lengthOf = (sketch: number): number => sketch >>> 27;
export const letterOf = (unit: number): number => 1 << ((unit & 31) > 26 ? (unit & 31) - 16 : unit & 31);

function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return (((n + (n >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Jaro-Winkler of texts with these sketches is at most this: a letter that the other lacks matches nothing there. */
export function mostAlike(a: number, b: number): number {
  const [x, y] = [lengthOf(a), lengthOf(b)];
  if (x === longSketch || y === longSketch) return 1;
  const most = Math.min(x - bitCount(a & ~b & letters), y - bitCount(b & ~a & letters));
  if (most <= 0) return 0;
  const jaro = (most / x + most / y + 1) / 3;
  return jaro > 0.7 ? jaro + 0.4 * (1 - jaro) : jaro;
}

/** Edits between texts with these sketches are at least this. */
export function leastEdits(a: number, b: number): number {
  return Math.max(bitCount(a & ~b & letters), bitCount(b & ~a & letters));
}

/** False where the texts differ in more than spaces and the number of their letters. */
export function sameLetters(a: number, b: number): boolean {
  return ((a ^ b) & letters & ~1) === 0;
}

/** False where neither text can be part of the other. */
export function mayContain(a: number, b: number): boolean {
  return (a & ~b & letters) === 0 || (b & ~a & letters) === 0;
}

let taken = new Uint8Array(256);
let matched = new Uint16Array(256);

/** By unit: the places of the second text that hold it, as bits. Blank between calls. */
const placesOf = new Int32Array(1 << 16);
/** Texts up to this length have a bit a place. */
const bitPlaces = 32;

/** Jaro-Winkler, 0..1, as rapidfuzz has it; 0 where it is below `floor`, which is mostly known after a few letters. */
export function jaroWinkler(
  a: Uint16Array,
  aFrom: number,
  aTo: number,
  b: Uint16Array,
  bFrom: number,
  bTo: number,
  floor: number,
): number {
  const [aLength, bLength] = [aTo - aFrom, bTo - bFrom];
  const shorter = aLength < bLength ? aLength : bLength;
  let start = 0;
  while (start < 4 && start < shorter && a[aFrom + start] === b[bFrom + start]) start += 1;
  // What Jaro must be for the floor, and how many letters must match for that.
  const least = (floor - start * 0.1) / (1 - start * 0.1) - 1e-9;
  let spare = aLength - ((3 * least - 1) * aLength * bLength) / (aLength + bLength);
  const reach = Math.max(0, ((aLength > bLength ? aLength : bLength) >> 1) - 1);
  let m = 0;
  let turned = 0;
  if (bLength <= bitPlaces && aLength <= taken.length) {
    for (let j = 0; j < bLength; j += 1) {
      const unit = b[bFrom + j] as number;
      placesOf[unit] = (placesOf[unit] as number) | (1 << j);
    }
    // Places within reach of the first unit; the window moves on with each.
    let window = reach >= 31 ? -1 : (2 << reach) - 1;
    let free = -1;
    for (let i = 0; i < aLength; i += 1) {
      const unit = a[aFrom + i] as number;
      const hits = (placesOf[unit] as number) & window & free;
      if (hits !== 0) {
        free &= ~(hits & -hits);
        matched[m++] = unit;
      } else if (--spare < 0) break;
      window = i >= reach ? window << 1 : (window << 1) | 1;
    }
    for (let j = 0; j < bLength; j += 1) placesOf[b[bFrom + j] as number] = 0;
    if (spare < 0 || m === 0) return 0;
    for (let left = ~free, k = 0; left !== 0; left &= left - 1) {
      const place = 31 - Math.clz32(left & -left);
      if (matched[k++] !== b[bFrom + place]) turned += 1;
    }
    return winkler(m, turned, aLength, bLength, start, floor);
  }
  if (Math.max(aLength, bLength) > taken.length) {
    const size = 2 * Math.max(aLength, bLength);
    [taken, matched] = [new Uint8Array(size), new Uint16Array(size)];
  }
  for (let at = 0; at < bLength; at += 1) taken[at] = 0;
  for (let i = 0; i < aLength; i += 1) {
    const unit = a[aFrom + i] as number;
    const end = i + reach < bLength - 1 ? i + reach : bLength - 1;
    let j = i > reach ? i - reach : 0;
    while (j <= end && (b[bFrom + j] !== unit || taken[j] === 1)) j += 1;
    if (j <= end) {
      taken[j] = 1;
      matched[m++] = unit;
    } else if (--spare < 0) return 0;
  }
  if (m === 0) return 0;
  for (let j = 0, k = 0; k < m; j += 1) if (taken[j] && matched[k++] !== b[bFrom + j]) turned += 1;
  return winkler(m, turned, aLength, bLength, start, floor);
}

/** @param m letters that match, of which `turned` stand in another order; the first `start` letters are the same */
function winkler(m: number, turned: number, aLength: number, bLength: number, start: number, floor: number): number {
  const jaro = (m / aLength + m / bLength + (m - (turned >> 1)) / m) / 3;
  const found = jaro > 0.7 ? jaro + start * 0.1 * (1 - jaro) : jaro;
  return found < floor ? 0 : found;
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
  let row = Array.from({ length: bLength + 1 }, (_, at) => at);
  for (let i = 1; i <= aLength; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= bLength; j += 1) {
      const exchanged = (row[j - 1] as number) + (a[aFrom + i - 1] === b[bFrom + j - 1] ? 0 : 1);
      next[j] = Math.min(exchanged, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      least = Math.min(least, next[j] as number);
    }
    if (least > most) return false;
    row = next;
  }
  return (row[bLength] as number) <= most;
}
