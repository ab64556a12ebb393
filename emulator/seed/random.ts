// Turns a seed and a list of labels into a repeatable stream of draws, so that any part of the org can be made alone.

/** Draws from one stream. Two streams with the same seed and labels give the same draws; others are unrelated. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, ...labels: (string | number)[]) {
    const name = `${seed}|${labels.join('|')}`;
    this.a = hash(name);
    this.b = hash(`${name}|b`);
    this.c = hash(`${name}|c`);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in [0, 1): sfc32. A 32-bit state (mulberry32) was rejected: among 250,000 companies some would be twins. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Whole number, both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)];
    if (item === undefined) throw new RangeError('pick from an empty list');
    return item;
  }

  /** One of the keys, with the odds its value gives. */
  weighted<K extends string>(odds: Readonly<Record<K, number>>): K {
    // Half a million calls an org: a list of entries each time took twice as long.
    let sum = 0;
    for (const key in odds) sum += odds[key];
    let left = this.next() * sum;
    for (const key in odds) {
      left -= odds[key];
      if (left < 0) return key;
    }
    return this.pick(Object.keys(odds) as K[]);
  }

  /** Log-normal: half of the draws lie under `median`; `spread` is the standard deviation of the logarithm. */
  logNormal(median: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(spread * normal);
  }

  /** Number of digits as text, the first one never 0. */
  digits(count: number): string {
    let text = String(this.int(1, 9));
    while (text.length < count) text += String(this.int(0, 9));
    return text;
  }
}

/** FNV-1a with a final mix: similar labels must not give similar states. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const steps = new Map<number, number>();

/**
 * Maps 0..size-1 (size below 100 million, so that products stay exact) onto itself one to one, in scattered order and
 * without a table: the serial number of a thing becomes its place in a name space, and no two things share a name.
 */
export function scatter(serial: number, size: number, seed: number): number {
  let step = steps.get(size);
  if (step === undefined) {
    step = Math.max(1, Math.floor(size * 0.6180339887));
    while (commonDivisor(step, size) > 1) step++;
    steps.set(size, step);
  }
  return ((serial % size) * step + (hash(`scatter|${seed}`) % size)) % size;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
