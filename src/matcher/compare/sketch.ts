/**
 * What of a text fits into three numbers, and tells most pairs apart before a unit of either is looked at. Units are of 27
 * kinds: space and a..z have a bit each, others share them.
 *
 * 0: kinds that are in it (bits 0..26), its length up to 31 (the bits above).
 * 1: kinds that are in it twice, how many units are a third of their kind or a further one, up to 31.
 * 2: four bits each of its first four units and of its last four.
 */
export const sketchWidth = 3;

const kinds = 0x07ff_ffff;
const most = 31;

export const kindOf = (unit: number): number => 1 << ((unit & 31) > 26 ? (unit & 31) - 16 : unit & 31);

export function writeSketch(out: Int32Array, at: number, units: Uint16Array, from: number, to: number): void {
  let [once, twice, further, ends] = [0, 0, 0, 0];
  for (let i = from; i < to; i += 1) {
    const kind = kindOf(units[i] as number);
    if ((twice & kind) !== 0) further += 1;
    else if ((once & kind) !== 0) twice |= kind;
    else once |= kind;
  }
  for (let i = 0; i < 4 && from + i < to; i += 1) {
    ends |= ((units[from + i] as number) & 15) << (4 * i);
    ends |= ((units[to - 1 - i] as number) & 15) << (16 + 4 * i);
  }
  out[at] = once | (Math.min(most, to - from) << 27);
  out[at + 1] = twice | (Math.min(most, further) << 27);
  out[at + 2] = ends;
}

function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Length in units, -1 where it is more than the sketch tells. */
export function lengthOf(a: Int32Array, at: number): number {
  const length = (a[at] as number) >>> 27;
  if (length < most) return length;
  const further = (a[at + 1] as number) >>> 27;
  if (further === most) return -1;
  return bitCount((a[at] as number) & kinds) + bitCount((a[at + 1] as number) & kinds) + further;
}

/** So many units of the one, at most, have one of their kind in the other. */
function mostShared(a: Int32Array, at: number, b: Int32Array, bt: number): number {
  const [x, y] = [(a[at + 1] as number) >>> 27, (b[bt + 1] as number) >>> 27];
  const once = (a[at] as number) & (b[bt] as number) & kinds;
  const twice = (a[at + 1] as number) & (b[bt + 1] as number) & kinds;
  return bitCount(once) + bitCount(twice) + (x < y ? x : y);
}

/** Of the first four units so many are the same, at most. */
function mostStart(a: Int32Array, at: number, b: Int32Array, bt: number): number {
  const differs = ((a[at + 2] as number) ^ (b[bt + 2] as number)) & 0xffff;
  return differs === 0 ? 4 : (31 - Math.clz32(differs & -differs)) >> 2;
}

/** Jaro-Winkler of texts with these sketches is at most this. */
export function mostAlike(a: Int32Array, at: number, b: Int32Array, bt: number): number {
  const [x, y] = [lengthOf(a, at), lengthOf(b, bt)];
  if (x < 0 || y < 0) return 1;
  return likeness(mostShared(a, at, b, bt), x, y, mostStart(a, at, b, bt));
}

/** Of texts of lengths x and y that share so many units, the first `start` among them; a little above, for rounding. */
function likeness(shared: number, x: number, y: number, start: number): number {
  if (shared === 0) return 0;
  const jaro = (shared / x + shared / y + 1) / 3;
  return jaro > 0.7 ? jaro + 0.1 * start * (1 - jaro) + 1e-12 : jaro;
}

const lengthBits = 6;
const lengths = 1 << lengthBits;
/**
 * `least` Jaro-Winkler, above 0, and the units that texts must share for it: by how many of the first four are the same, the length
 * of the one and that of the other, both below 64.
 */
export type Alike = { least: number; shared: Uint8Array };
const known = new Map<number, Alike>();

/** Made once for each; without it every pair takes two divisions. */
export function alikeBy(least: number): Alike {
  const found = known.get(least) ?? { least, shared: sharedFor(least) };
  known.set(least, found);
  return found;
}

function sharedFor(least: number): Uint8Array {
  const all = new Uint8Array(5 * lengths * lengths);
  for (let start = 0, at = 0; start <= 4; start += 1) {
    for (let x = 0; x < lengths; x += 1) {
      // More letters with y: what was too few stays so.
      for (let y = 0, shared = 1; y < lengths; y += 1) {
        while (shared <= x && likeness(shared, x, y, start) < least) shared += 1;
        all[at++] = shared;
      }
    }
  }
  return all;
}

/** Whether `mostAlike` is as much. */
export function mayBeAlike(a: Int32Array, at: number, b: Int32Array, bt: number, { least, shared }: Alike): boolean {
  const [x, y] = [lengthOf(a, at), lengthOf(b, bt)];
  if (x < 0 || y < 0) return true;
  if (x >= lengths || y >= lengths) return mostAlike(a, at, b, bt) >= least;
  const place = (((mostStart(a, at, b, bt) << lengthBits) | x) << lengthBits) | y;
  return mostShared(a, at, b, bt) >= (shared[place] as number);
}

/** From this length on one edit leaves the first four units as they are, or the last four. */
const longEnough = 8;

/** Edits between texts with these sketches are at least this. */
export function leastEdits(a: Int32Array, at: number, b: Int32Array, bt: number): number {
  const [x, y] = [lengthOf(a, at), lengthOf(b, bt)];
  if (x < 0 || y < 0) return 0;
  const least = (x > y ? x : y) - mostShared(a, at, b, bt);
  const differs = (a[at + 2] as number) ^ (b[bt + 2] as number);
  const isInBoth = (differs & 0xffff) !== 0 && differs >>> 16 !== 0;
  return least < 2 && isInBoth && x >= longEnough && y >= longEnough ? 2 : least;
}

/** False where the texts differ in more than spaces and the number of their units. */
export function sameKinds(a: Int32Array, at: number, b: Int32Array, bt: number): boolean {
  return (((a[at] as number) ^ (b[bt] as number)) & kinds & ~1) === 0;
}

/** False where one has units that the other lacks. */
export function mayBeInOrder(a: Int32Array, at: number, b: Int32Array, bt: number): boolean {
  return a[at] === b[bt] && a[at + 1] === b[bt + 1];
}

/** False where the texts differ. */
export function mayBeSame(a: Int32Array, at: number, b: Int32Array, bt: number): boolean {
  return a[at] === b[bt] && a[at + 1] === b[bt + 1] && a[at + 2] === b[bt + 2];
}

/** False where `b` cannot be part of `a`. */
export function mayHold(a: Int32Array, at: number, b: Int32Array, bt: number): boolean {
  const once = (b[bt] as number) & ~(a[at] as number);
  const twice = (b[bt + 1] as number) & ~(a[at + 1] as number);
  return ((once | twice) & kinds) === 0;
}

/** False where the last four units differ; both texts have as many. */
export function maySameEnd(a: Int32Array, at: number, b: Int32Array, bt: number): boolean {
  return ((a[at + 2] as number) ^ (b[bt + 2] as number)) >>> 16 === 0;
}
