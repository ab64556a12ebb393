/** Values by their bytes into numbers, kept as long as they fit: a value that comes again costs no string. */

/** Values kept at once. */
const mostValues = 1 << 17;
const firstSize = 1 << 10;

export class ByteMemo {
  /** The numbers of all values, `width` each; before them those of one that is not kept. */
  numbers: Int32Array;
  /** Where the numbers of a value that is not kept go. */
  readonly spare = 0;
  private readonly width: number;
  private size = 0;
  private bytes = new Uint8Array(1 << 14);
  /** By value: where its bytes start; one more than there are. */
  private starts = new Int32Array(firstSize + 1);
  private hashes = new Int32Array(firstSize);
  private slots = new Int32Array(2 * firstSize).fill(-1);
  private hash = 0;

  /** @param width numbers a value has */
  constructor(width: number) {
    this.width = width;
    this.numbers = new Int32Array((1 + firstSize) * width);
  }

  /** Where the numbers of a value start, -1 where it is not known: then it may be added. */
  find(bytes: Uint8Array, from: number, to: number): number {
    let hash = 0x811c9dc5 | 0;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    this.hash = hash;
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] as number;
      if (found < 0) return -1;
      if (hashes[found] === hash && this.isSame(found, bytes, from, to)) return (1 + found) * this.width;
    }
  }

  private isSame(value: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[value] as number;
    const length = to - from;
    if ((this.starts[value + 1] as number) - start !== length) return false;
    let at = 0;
    while (at < length && this.bytes[start + at] === bytes[from + at]) at += 1;
    return at === length;
  }

  /** Adds the value that was just not found. @returns where its numbers go */
  add(bytes: Uint8Array, from: number, to: number): number {
    if (this.size === mostValues) this.clear();
    else if (this.size === this.hashes.length) this.grow();
    const value = this.size++;
    const start = this.starts[value] as number;
    const end = start + to - from;
    if (end > this.bytes.length) {
      const wider = new Uint8Array(Math.max(2 * this.bytes.length, end));
      wider.set(this.bytes);
      this.bytes = wider;
    }
    for (let at = from; at < to; at += 1) this.bytes[start + at - from] = bytes[at] as number;
    this.starts[value + 1] = end;
    this.hashes[value] = this.hash;
    this.place(value);
    return (1 + value) * this.width;
  }

  clear(): void {
    this.size = 0;
    this.slots.fill(-1);
  }

  private place(value: number): void {
    const { slots, hashes } = this;
    const hash = hashes[value] as number;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    slots[slot] = value;
  }

  private grow(): void {
    const size = 2 * this.size;
    const wider = (array: Int32Array, length: number) => {
      const made = new Int32Array(length);
      made.set(array);
      return made;
    };
    this.numbers = wider(this.numbers, (1 + size) * this.width);
    this.starts = wider(this.starts, size + 1);
    this.hashes = wider(this.hashes, size);
    this.slots = new Int32Array(2 * size).fill(-1);
    for (let value = 0; value < this.size; value += 1) this.place(value);
  }
}
