/** Distinct texts into numbers and back. */
import { letGo } from '../share/shared.ts';
import { textOfUnits } from '../share/units.ts';

/** Distinct texts as numbers: each is kept once, as UTF-16 in a growing pool, and known by the order in which it came. */
export class Dictionary {
  units: Uint16Array = new Uint16Array(1 << 12);
  /** By id: where its text starts; one more than there are texts. */
  starts: Int32Array = new Int32Array(1 << 10);
  size = 0;
  private readonly strings: string[] = [];
  private hashes = new Int32Array(1 << 10);
  private slots = new Int32Array(1 << 11).fill(-1);

  add(text: string): number {
    const from = this.starts[this.size] as number;
    const to = from + text.length;
    if (to > this.units.length) this.units = grown(this.units, Math.max(2 * this.units.length, to));
    const { units } = this;
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      units[from + at] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    return this.take(from, to, hash);
  }

  /** The text of an id, made once. */
  textOf(id: number): string {
    const { units, starts } = this;
    return (this.strings[id] ??= textOfUnits(units, starts[id] as number, starts[id + 1] as number));
  }

  /** The text of another pool. */
  addUnits(other: Uint16Array, otherFrom: number, otherTo: number): number {
    const from = this.starts[this.size] as number;
    const to = from + otherTo - otherFrom;
    if (to > this.units.length) this.units = grown(this.units, Math.max(2 * this.units.length, to));
    const { units } = this;
    let hash = 0x811c9dc5;
    for (let at = otherFrom, into = from; at < otherTo; at += 1, into += 1) {
      const unit = other[at] as number;
      units[into] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    return this.take(from, to, hash);
  }

  /** It is of no use afterwards. */
  letGo(): void {
    letGo(this.units, this.starts, this.hashes, this.slots);
  }

  /** The text lies at the end of the pool; there it stays if it is new. */
  private take(from: number, to: number, hash: number): number {
    const { units, starts, hashes } = this;
    const mask = this.slots.length - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot] as number;
      if (found < 0) {
        this.slots[slot] = this.size;
        return this.append(to, hash);
      }
      if (hashes[found] !== hash) continue;
      const start = starts[found] as number;
      const length = to - from;
      if ((starts[found + 1] as number) - start !== length) continue;
      let at = 0;
      while (at < length && units[start + at] === units[from + at]) at += 1;
      if (at === length) return found;
    }
  }

  private append(to: number, hash: number): number {
    const id = this.size++;
    if (this.size === this.hashes.length) {
      this.hashes = grown(this.hashes, 2 * this.size);
      this.starts = grown(this.starts, 2 * this.size + 1);
    }
    this.hashes[id] = hash;
    this.starts[id + 1] = to;
    if (this.size * 2 > this.slots.length) this.spread();
    return id;
  }

  private spread(): void {
    const wider = new Int32Array(4 * this.slots.length).fill(-1);
    letGo(this.slots);
    this.slots = wider;
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.size; id += 1) {
      const hash = this.hashes[id] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while ((this.slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = id;
    }
  }
}

function grown<T extends Uint16Array | Int32Array>(array: T, length: number): T {
  const made = new (array.constructor as new (length: number) => T)(length);
  made.set(array);
  letGo(array);
  return made;
}
