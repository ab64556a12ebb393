/** Keys of records into blocks, and blocks into the pairs of records that share one, each pair once. */
import { shared } from './shared.ts';

/** A key of a record: `places[at]` has `keys[at]`. In the order of the places. */
export type Keys = { places: Int32Array; keys: Int32Array };

/** Keys in their blocks: blocks are numbered by their first record. */
export type Grouped = { blockOf: Int32Array; sizes: Int32Array };

export function group({ keys }: Keys): Grouped {
  let bits = 4;
  while (1 << bits < 2 * keys.length) bits += 1;
  const mask = 2 ** bits - 1;
  const slots = new Int32Array(2 ** bits).fill(-1);
  const blockOf = new Int32Array(keys.length);
  const keyOf = new Int32Array(keys.length);
  const sizes = new Int32Array(keys.length);
  let count = 0;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] as number;
    let slot = Math.imul(key ^ (key >>> 16), 0x9e3779b1) >>> (32 - bits);
    let block = slots[slot] as number;
    while (block >= 0 && keyOf[block] !== key) {
      slot = (slot + 1) & mask;
      block = slots[slot] as number;
    }
    if (block < 0) {
      block = count++;
      slots[slot] = block;
      keyOf[block] = key;
    }
    blockOf[at] = block;
    sizes[block] = (sizes[block] as number) + 1;
  }
  return { blockOf, sizes: sizes.slice(0, count) };
}

/** Blocks of several rules over one set of records, on shared memory. */
export type Blocks = {
  /** By place: where its blocks start in `blocksOf`; one more than there are records. */
  starts: Int32Array;
  /** The blocks of each record, by rule. */
  blocksOf: Int32Array;
  /** By block: where its members start; one more than there are blocks. */
  blockStarts: Int32Array;
  /** Places, rising within a block. */
  members: Int32Array;
  /** By block: the rule it is of. */
  rules: Uint8Array;
};

/** Collects the blocks of one rule after another. */
export class BlockList {
  private readonly parts: { rule: number; places: Int32Array; blocks: Int32Array; sizes: Int32Array }[] = [];

  /** Takes the blocks of two records and more up to `cap`. */
  take(rule: number, places: Int32Array, { blockOf, sizes }: Grouped, cap: number): void {
    const numberOf = new Int32Array(sizes.length).fill(-1);
    const taken = new Int32Array(sizes.length);
    let [count, length] = [0, 0];
    for (let block = 0; block < sizes.length; block += 1) {
      const size = sizes[block] as number;
      if (size < 2 || size > cap) continue;
      taken[count] = size;
      numberOf[block] = count++;
      length += size;
    }
    const part = {
      rule,
      places: new Int32Array(length),
      blocks: new Int32Array(length),
      sizes: taken.slice(0, count),
    };
    let to = 0;
    for (let at = 0; at < places.length; at += 1) {
      const block = numberOf[blockOf[at] as number] as number;
      if (block < 0) continue;
      part.places[to] = places[at] as number;
      part.blocks[to++] = block;
    }
    this.parts.push(part);
  }

  finish(recordCount: number): Blocks {
    const length = this.parts.reduce((sum, { places }) => sum + places.length, 0);
    const blockCount = this.parts.reduce((sum, { sizes }) => sum + sizes.length, 0);
    const starts = shared(Int32Array, recordCount + 1);
    const blocksOf = shared(Int32Array, length);
    const blockStarts = shared(Int32Array, blockCount + 1);
    const members = shared(Int32Array, length);
    const rules = shared(Uint8Array, blockCount);
    for (const { places } of this.parts)
      for (let at = 0; at < places.length; at += 1) {
        const next = (places[at] as number) + 1;
        starts[next] = (starts[next] as number) + 1;
      }
    for (let at = 0; at < recordCount; at += 1) starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number);
    const free = starts.slice(0, recordCount);
    let first = 0;
    for (let part = this.parts.shift(); part; part = this.parts.shift()) {
      const { rule, places, blocks, sizes } = part;
      for (let block = 0; block < sizes.length; block += 1) {
        blockStarts[first + block + 1] = (blockStarts[first + block] as number) + (sizes[block] as number);
        rules[first + block] = rule;
      }
      const freeInBlock = blockStarts.slice(first, first + sizes.length);
      for (let at = 0; at < places.length; at += 1) {
        const [place, block] = [places[at] as number, blocks[at] as number];
        blocksOf[free[place] as number] = first + block;
        free[place] = (free[place] as number) + 1;
        members[freeInBlock[block] as number] = place;
        freeInBlock[block] = (freeInBlock[block] as number) + 1;
      }
      first += sizes.length;
    }
    return { starts, blocksOf, blockStarts, members, rules };
  }
}

/** Walks the pairs l < r of records that share a block, in the order of their places. */
export class PairWalk {
  private readonly blocks: Blocks;
  /** By place: the last `l` it was met with, the rule that last yielded it then, and the one that did first. */
  private readonly seenWith: Int32Array;
  private readonly lastRule: Uint8Array;
  private readonly firstRule: Uint8Array;
  private partners = new Int32Array(1024);
  /** By rule: pairs it yields, whether or not another did before. */
  readonly ruleCounts = new Float64Array(256);

  constructor(blocks: Blocks) {
    const recordCount = blocks.starts.length - 1;
    this.blocks = blocks;
    this.seenWith = new Int32Array(recordCount).fill(-1);
    this.lastRule = new Uint8Array(recordCount);
    this.firstRule = new Uint8Array(recordCount);
  }

  /** Calls back once for each partner of `l` at a higher place, with the first rule that yields the pair. */
  visit(l: number, each: (r: number, rule: number) => void): void {
    const count = this.gather(l);
    const partners = this.partners.subarray(0, count).sort();
    for (const r of partners) each(r, this.firstRule[r] as number);
  }

  private gather(l: number): number {
    const { starts, blocksOf, blockStarts, members, rules } = this.blocks;
    const { seenWith, lastRule, firstRule, ruleCounts } = this;
    const end = starts[l + 1] as number;
    let count = 0;
    for (let at = starts[l] as number; at < end; at += 1) {
      const block = blocksOf[at] as number;
      const rule = rules[block] as number;
      for (let index = (blockStarts[block + 1] as number) - 1; (members[index] as number) > l; index -= 1) {
        const r = members[index] as number;
        const isNew = seenWith[r] !== l;
        if (!isNew && lastRule[r] === rule) continue;
        lastRule[r] = rule;
        ruleCounts[rule] = (ruleCounts[rule] as number) + 1;
        if (!isNew) continue;
        seenWith[r] = l;
        firstRule[r] = rule;
        if (count === this.partners.length) this.grow();
        this.partners[count++] = r;
      }
    }
    return count;
  }

  private grow(): void {
    const wider = new Int32Array(2 * this.partners.length);
    wider.set(this.partners);
    this.partners = wider;
  }
}
