/** Keys of records into blocks, and blocks into the pairs of records that share one, each pair once. */
import { letGo, shared } from '../threads/memory.ts';

/** A key of a record, 0 or above: `places[at]` has `keys[at]`. In the order of the places. */
export type Keys = { places: Int32Array; keys: Int32Array };

/** Blocks of two records and more: the members of one side by side, rising; one more start than there are blocks. */
export type Grouped = { members: Int32Array; starts: Int32Array };

const digitBits = 11;
const digits = 1 << digitBits;

/** Sorts by key, eleven bits at a time: no table to miss the cache in. */
export function group({ places, keys }: Keys): Grouped {
  const { length } = keys;
  let [from, to]: [Int32Array, Int32Array] = [keys, new Int32Array(length)];
  let [members, next]: [Int32Array, Int32Array] = [places, new Int32Array(length)];
  const free = new Int32Array(digits);
  for (let shift = 0; shift < 31; shift += digitBits) {
    free.fill(0);
    for (let at = 0; at < length; at += 1) {
      const digit = ((from[at] as number) >>> shift) & (digits - 1);
      free[digit] = (free[digit] as number) + 1;
    }
    for (let digit = 0, sum = 0; digit < digits; digit += 1) {
      const count = free[digit] as number;
      free[digit] = sum;
      sum += count;
    }
    for (let at = 0; at < length; at += 1) {
      const key = from[at] as number;
      const digit = (key >>> shift) & (digits - 1);
      const into = free[digit] as number;
      free[digit] = into + 1;
      to[into] = key;
      next[into] = members[at] as number;
    }
    [from, to] = [to, shift === 0 ? new Int32Array(length) : from];
    [members, next] = [next, shift === 0 ? new Int32Array(length) : members];
  }
  letGo(to, next);
  const found = runs(from, members);
  letGo(from, members);
  return found;
}

/** What stands side by side with one key, where there are two or more. */
function runs(keys: Int32Array, places: Int32Array): Grouped {
  const starts = new Int32Array((keys.length >> 1) + 1);
  let [count, length] = [0, 0];
  for (let from = 0, end = 1; from < keys.length; from = end, end += 1) {
    const key = keys[from];
    while (end < keys.length && keys[end] === key) end += 1;
    if (end - from < 2) continue;
    places.copyWithin(length, from, end);
    length += end - from;
    starts[++count] = length;
  }
  return { members: places.slice(0, length), starts: starts.slice(0, count + 1) };
}

/** Row by row, by place: what blocks are split by, -1 for none. */
export type Refinements = { rows: Int32Array; width: number };

/** Splits the blocks of more than `cap` members by each of the refinements. */
export function refine({ members, starts }: Grouped, cap: number, { rows, width }: Refinements): Grouped[] {
  const splits = Array.from({ length: width }, () => new Split(members.length));
  let keys = new Int32Array(1024 * width);
  for (let block = 1; block < starts.length; block += 1) {
    const [from, end] = [starts[block - 1] as number, starts[block] as number];
    const length = end - from;
    if (length <= cap) continue;
    if (length * width > keys.length) keys = new Int32Array(2 * length * width);
    // The rows lie anywhere in memory: each is fetched once, and all of a block side by side.
    for (let at = 0; at < length; at += 1) {
      const row = (members[from + at] as number) * width;
      for (let one = 0; one < width; one += 1) keys[one * length + at] = rows[row + one] as number;
    }
    const own = members.subarray(from, end);
    for (let one = 0; one < width; one += 1) (splits[one] as Split).take(own, keys, one * length);
  }
  return splits.map((split) => split.finish());
}

/** Blocks split by one refinement. */
class Split {
  private readonly members: Int32Array;
  private readonly starts: Int32Array;
  private count = 0;
  private length = 0;

  /** @param most members in all */
  constructor(most: number) {
    this.members = new Int32Array(most);
    this.starts = new Int32Array((most >> 1) + 1);
  }

  /** @param keys of the members, one after another from `from` */
  take(block: Int32Array, keys: Int32Array, from: number): void {
    const groupCount = table.group(keys, from, block.length);
    const { sizes, groupOf } = table;
    for (let at = 0; at < groupCount; at += 1) {
      const size = sizes[at] as number;
      // From here on where its next member goes; a single one goes nowhere.
      sizes[at] = size < 2 ? -1 : this.length;
      if (size < 2) continue;
      this.length += size;
      this.starts[++this.count] = this.length;
    }
    for (let at = 0; at < block.length; at += 1) {
      const own = groupOf[at] as number;
      const into = own < 0 ? -1 : (sizes[own] as number);
      if (into < 0) continue;
      this.members[into] = block[at] as number;
      sizes[own] = into + 1;
    }
  }

  finish(): Grouped {
    const found = { members: this.members.slice(0, this.length), starts: this.starts.slice(0, this.count + 1) };
    letGo(this.members, this.starts);
    return found;
  }
}

/** The groups of one block after another: small enough for the cache, whatever the number of records. */
class SmallTable {
  /** By member of the block: its group, -1 without a refinement. */
  groupOf = new Int32Array(1024);
  sizes = new Int32Array(1024);
  private keyOf = new Int32Array(1024);
  private slots = new Int32Array(1024);

  /** @returns how many groups there are */
  group(keys: Int32Array, from: number, length: number): number {
    const bits = Math.max(4, 32 - Math.clz32(2 * length - 1));
    this.reach(1 << bits);
    const { groupOf, sizes, keyOf, slots } = this;
    const mask = (1 << bits) - 1;
    slots.fill(-1, 0, mask + 1);
    let count = 0;
    for (let at = 0; at < length; at += 1) {
      const key = keys[from + at] as number;
      if (key < 0) {
        groupOf[at] = -1;
        continue;
      }
      let slot = Math.imul(key, 0x9e3779b1) >>> (32 - bits);
      let found = slots[slot] as number;
      while (found >= 0 && keyOf[found] !== key) {
        slot = (slot + 1) & mask;
        found = slots[slot] as number;
      }
      if (found < 0) {
        found = count++;
        slots[slot] = found;
        keyOf[found] = key;
        sizes[found] = 0;
      }
      groupOf[at] = found;
      sizes[found] = (sizes[found] as number) + 1;
    }
    return count;
  }

  private reach(size: number): void {
    if (size <= this.slots.length) return;
    this.slots = new Int32Array(size);
    [this.groupOf, this.sizes, this.keyOf] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  }
}

const table = new SmallTable();

/** Blocks of several rules over one set of records, on shared memory. */
export type Blocks = {
  /** Places, rising within a block; the last of a block is written as `~place`. */
  members: Int32Array;
  /** The members are those of one rule after another: where each one's end, and its number. A rule may come several times. */
  ends: readonly number[];
  rules: readonly number[];
  /** By place: where its `positions` start; one more than there are records. */
  starts: Int32Array;
  /** Where in `members` each record stands, rising; not where it is a block's last, as no partner follows it there. */
  positions: Int32Array;
  /** Pairs within blocks; one that shares several counts as many times. */
  pairCount: number;
};

/** The blocks of up to `cap` records. */
export function upTo(cap: number, { members, starts }: Grouped): Grouped {
  const taken = { members: new Int32Array(members.length), starts: new Int32Array(starts.length) };
  let [count, length] = [0, 0];
  for (let block = 1; block < starts.length; block += 1) {
    const [from, end] = [starts[block - 1] as number, starts[block] as number];
    if (end - from > cap) continue;
    for (let at = from; at < end; at += 1) taken.members[length++] = members[at] as number;
    taken.starts[++count] = length;
  }
  const found = { members: taken.members.slice(0, length), starts: taken.starts.slice(0, count + 1) };
  letGo(taken.members, taken.starts);
  return found;
}

/** Collects the blocks of one rule after another. */
export class BlockList {
  private readonly parts: (Grouped & { rule: number })[] = [];

  add(rule: number, blocks: Grouped): void {
    this.parts.push({ rule, ...blocks });
  }

  finish(recordCount: number): Blocks {
    const members = shared(
      Int32Array,
      this.parts.reduce((sum, part) => sum + part.members.length, 0),
    );
    const starts = shared(Int32Array, recordCount + 1);
    const [ends, rules]: [number[], number[]] = [[], []];
    let [length, pairCount] = [0, 0];
    for (let part = this.parts.shift(); part; part = this.parts.shift()) {
      members.set(part.members, length);
      for (let block = 1; block < part.starts.length; block += 1) {
        const last = length + (part.starts[block] as number) - 1;
        members[last] = ~(members[last] as number);
        pairCount += pairsIn((part.starts[block] as number) - (part.starts[block - 1] as number));
      }
      length += part.members.length;
      ends.push(length);
      rules.push(part.rule);
      letGo(part.members, part.starts);
    }
    for (const place of members) if (place >= 0) starts[place + 1] = (starts[place + 1] as number) + 1;
    for (let at = 0; at < recordCount; at += 1) starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number);
    const positions = shared(Int32Array, starts[recordCount] as number);
    const free = starts.slice(0, recordCount);
    for (let at = 0; at < length; at += 1) {
      const place = members[at] as number;
      if (place < 0) continue;
      const into = free[place] as number;
      positions[into] = at;
      free[place] = into + 1;
    }
    letGo(free);
    return { members, ends, rules, starts, positions, pairCount };
  }
}

/** Pairs of so many records. */
export const pairsIn = (size: number): number => (size * (size - 1)) / 2;

/** Rules have numbers below this. */
const ruleCount = 256;
/** Up to so many numbers are sorted faster by putting each in its place. */
const few = 40;

/** Walks the pairs l < r of records that share a block, each once, under the first rule that yields it. */
export class PairWalk {
  private readonly blocks: Blocks;
  /** Of the `l` at hand: whom it meets, and under which rule, as one number. */
  private found = new Float64Array(1024);
  /** Kept so that fetching is not optimised away. */
  protected fetched = 0;
  /** Partners of the `l` last asked for, rising, and the first rule that yields each. */
  partners = new Int32Array(1024);
  rules = new Uint8Array(1024);
  /** By rule: pairs it yields, whether or not another did before. */
  readonly ruleCounts = new Float64Array(ruleCount);

  constructor(blocks: Blocks) {
    this.blocks = blocks;
  }

  /** Finds the partners of `l` at higher places. @returns how many there are in `partners` */
  find(l: number): number {
    const count = this.meet(l);
    if (count > few) this.found.subarray(0, count).sort();
    else sortFew(this.found, count);
    return this.take(count);
  }

  /** @returns how many there are in `found`; who is met under several rules, or twice under one, is there as often */
  private meet(l: number): number {
    const { starts, positions, members, ends, rules } = this.blocks;
    const [from, end] = [starts[l] as number, starts[l + 1] as number];
    // They lie anywhere in memory: asked for one right after another they arrive side by side.
    for (let at = from; at < end; at += 1) this.fetched ^= members[(positions[at] as number) + 1] as number;
    let [count, part] = [0, 0];
    for (let at = from; at < end; at += 1) {
      let index = positions[at] as number;
      while (index >= (ends[part] as number)) part += 1;
      const rule = rules[part] as number;
      for (let isLast = false; !isLast;) {
        const member = members[(index += 1)] as number;
        isLast = member < 0;
        const r = isLast ? ~member : member;
        // Under one rule a record may have one key twice.
        if (r === l) continue;
        if (count === this.found.length) this.grow();
        this.found[count++] = r * ruleCount + rule;
      }
    }
    return count;
  }

  /** Each of the sorted `found` once. */
  private take(metCount: number): number {
    const { found, partners, rules, ruleCounts } = this;
    let count = 0;
    for (let at = 0, before = -1; at < metCount; at += 1) {
      const one = found[at] as number;
      if (one === before) continue;
      before = one;
      const partner = Math.floor(one / ruleCount);
      const rule = one - partner * ruleCount;
      ruleCounts[rule] = (ruleCounts[rule] as number) + 1;
      if (count > 0 && partners[count - 1] === partner) continue;
      partners[count] = partner;
      rules[count++] = rule;
    }
    return count;
  }

  private grow(): void {
    const wider = new Float64Array(2 * this.found.length);
    wider.set(this.found);
    this.found = wider;
    [this.partners, this.rules] = [new Int32Array(wider.length), new Uint8Array(wider.length)];
  }
}

function sortFew(numbers: Float64Array, count: number): void {
  for (let at = 1; at < count; at += 1) {
    const number = numbers[at] as number;
    let to = at;
    while (to > 0 && (numbers[to - 1] as number) > number) {
      numbers[to] = numbers[to - 1] as number;
      to -= 1;
    }
    numbers[to] = number;
  }
}
