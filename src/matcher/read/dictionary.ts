/** Distinct texts into numbers and back. */
import { letGo } from '../threads/memory.ts';
import { hashBytes, isSame } from './bytes.ts';
import { type Pool, PoolBuilder, textAt } from './pool.ts';

/** Distinct texts as numbers: each is kept once, in a growing pool, and known by the order in which it came. */
export class Dictionary {
  private readonly pool: PoolBuilder;
  private readonly strings: string[] = [];
  /** Two numbers a slot, side by side: id and hash of a text; -1 where empty. */
  private slots: Int32Array;

  /** It grows beyond what is expected. */
  constructor(textCount = 1 << 8, byteCount = 1 << 12) {
    this.pool = new PoolBuilder(textCount, byteCount);
    // Half of the slots stay empty.
    this.slots = new Int32Array(4 * 2 ** Math.ceil(Math.log2(Math.max(2, textCount)))).fill(-1);
  }

  get size(): number {
    return this.pool.size;
  }

  add(text: string): number {
    return this.settle(this.pool.add(text));
  }

  /** A text that is these bytes. */
  addBytes(bytes: Uint8Array, from: number, to: number): number {
    return this.settle(this.pool.addBytes(bytes, from, to));
  }

  /** The text of an id, made once. */
  textOf(id: number): string {
    return (this.strings[id] ??= textAt(this.pool, id));
  }

  /** All texts; this is of no use afterwards. */
  finish(): Pool {
    letGo(this.slots);
    return this.pool.finish();
  }

  /** The last text stays if it is new. @returns its id */
  private settle(last: number): number {
    const { bytes, starts } = this.pool;
    const [from, to] = [starts[last] as number, starts[last + 1] as number];
    const hash = hashBytes(bytes, from, to);
    const { slots } = this;
    const mask = slots.length - 2;
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const id = slots[slot] as number;
      if (id < 0) {
        slots[slot] = last;
        slots[slot + 1] = hash;
        if (last * 4 > slots.length) this.spread();
        return last;
      }
      if (slots[slot + 1] !== hash) continue;
      const start = starts[id] as number;
      if ((starts[id + 1] as number) - start !== to - from || !isSame(bytes, start, bytes, from, to - from)) continue;
      this.pool.drop();
      return id;
    }
  }

  private spread(): void {
    const { slots } = this;
    const wider = new Int32Array(2 * slots.length).fill(-1);
    const mask = wider.length - 2;
    for (let old = 0; old < slots.length; old += 2) {
      if ((slots[old] as number) < 0) continue;
      const hash = slots[old + 1] as number;
      let slot = (hash << 1) & mask;
      while ((wider[slot] as number) >= 0) slot = (slot + 2) & mask;
      wider[slot] = slots[old] as number;
      wider[slot + 1] = hash;
    }
    letGo(slots);
    this.slots = wider;
  }
}
