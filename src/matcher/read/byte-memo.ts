/** Values by their bytes into numbers, kept as long as they fit: a value that comes again costs no string. */
import { hashBytes, isSame } from './bytes.ts';

/** Values kept at once. */
const mostValues = 1 << 17;
const firstSize = 1 << 8;
/** Numbers of an entry before those of the value: where its bytes start and end. */
const own = 2;

export class ByteMemo {
  /** Entry by entry; the first is of the value that is not kept. */
  numbers: Int32Array;
  /** Where the numbers of a value that is not kept go. */
  readonly spare = own;
  /** Numbers of an entry. */
  private readonly width: number;
  /** Entries, and bytes of their values. */
  private size = 1;
  private length = 0;
  private bytes = new Uint8Array(1 << 12);
  /** Two numbers a slot, side by side: where an entry starts, 0 where empty, and its hash. */
  private slots = new Int32Array(4 * firstSize);
  private hash = 0;

  /** @param width numbers a value has */
  constructor(width: number) {
    this.width = own + width;
    this.numbers = new Int32Array(firstSize * this.width);
  }

  /** Where the numbers of a value start, -1 where it is not known: then it may be added. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to);
    this.hash = hash;
    const { slots, numbers } = this;
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const entry = slots[slot] as number;
      if (entry === 0) return -1;
      if (slots[slot + 1] !== hash) continue;
      const start = numbers[entry] as number;
      if ((numbers[entry + 1] as number) - start !== to - from) continue;
      if (isSame(this.bytes, start, bytes, from, to - from)) return entry + own;
    }
  }

  /** Adds the value that was just not found. @returns where its numbers go */
  add(bytes: Uint8Array, from: number, to: number): number {
    if (this.size > mostValues) this.clear();
    else if (this.size * this.width === this.numbers.length) this.grow();
    const entry = this.size++ * this.width;
    const start = this.length;
    this.length += to - from;
    if (this.length > this.bytes.length) {
      const wider = new Uint8Array(Math.max(2 * this.bytes.length, this.length));
      wider.set(this.bytes);
      this.bytes = wider;
    }
    for (let at = from; at < to; at += 1) this.bytes[start + at - from] = bytes[at] as number;
    this.numbers[entry] = start;
    this.numbers[entry + 1] = this.length;
    place(this.slots, entry, this.hash);
    return entry + own;
  }

  clear(): void {
    this.size = 1;
    this.length = 0;
    this.slots.fill(0);
  }

  private grow(): void {
    const { numbers, slots } = this;
    this.numbers = new Int32Array(2 * numbers.length);
    this.numbers.set(numbers);
    this.slots = new Int32Array(2 * slots.length);
    for (let slot = 0; slot < slots.length; slot += 2)
      if (slots[slot] !== 0) place(this.slots, slots[slot] as number, slots[slot + 1] as number);
  }
}

function place(slots: Int32Array, entry: number, hash: number): void {
  const mask = slots.length - 2;
  let slot = (hash << 1) & mask;
  while (slots[slot] !== 0) slot = (slot + 2) & mask;
  slots[slot] = entry;
  slots[slot + 1] = hash;
}
