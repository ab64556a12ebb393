/** Texts one after another as bytes. */
import { letGo } from '../threads/memory.ts';
import { textOfUnits } from '../compare/units.ts';

/**
 * Each unit of UTF-16 takes one to three bytes, as in UTF-8: a byte a letter for most, and texts sort as their units do. One more
 * start than there are texts.
 */
export type Pool = { bytes: Uint8Array; starts: Int32Array };

export class PoolBuilder {
  bytes: Uint8Array;
  starts: Int32Array;
  size = 0;

  /** It grows beyond what is expected. */
  constructor(textCount = 1 << 8, byteCount = 1 << 12) {
    this.bytes = new Uint8Array(byteCount);
    this.starts = new Int32Array(textCount + 1);
  }

  /** @returns the text's number: how many came before */
  add(text: string): number {
    let to = this.room(3 * text.length);
    const { bytes } = this;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit < 0x80) bytes[to++] = unit;
      else to = writeUnit(bytes, to, unit);
    }
    return this.close(to);
  }

  /** A text that is these bytes. */
  addBytes(from: Uint8Array, start: number, end: number): number {
    const to = this.room(end - start);
    const { bytes } = this;
    for (let at = start; at < end; at += 1) bytes[to + at - start] = from[at] as number;
    return this.close(to + end - start);
  }

  /** Takes the last text away. */
  drop(): void {
    this.size -= 1;
  }

  /** The texts in no more memory than they need; this is of no use afterwards. */
  finish(): Pool {
    const pool = {
      bytes: this.bytes.slice(0, this.starts[this.size]),
      starts: this.starts.slice(0, this.size + 1),
    };
    letGo(this.bytes, this.starts);
    return pool;
  }

  /** Where a further text of so many bytes starts. */
  private room(length: number): number {
    const from = this.starts[this.size] as number;
    if (from + length > this.bytes.length) {
      const wider = new Uint8Array(Math.max(2 * this.bytes.length, from + length));
      wider.set(this.bytes);
      letGo(this.bytes);
      this.bytes = wider;
    }
    return from;
  }

  private close(to: number): number {
    const at = this.size++;
    if (this.size === this.starts.length) {
      const wider = new Int32Array(2 * this.size + 1);
      wider.set(this.starts);
      letGo(this.starts);
      this.starts = wider;
    }
    this.starts[this.size] = to;
    return at;
  }
}

function writeUnit(bytes: Uint8Array, to: number, unit: number): number {
  if (unit < 0x800) {
    bytes[to] = 0xc0 | (unit >> 6);
    bytes[to + 1] = 0x80 | (unit & 0x3f);
    return to + 2;
  }
  bytes[to] = 0xe0 | (unit >> 12);
  bytes[to + 1] = 0x80 | ((unit >> 6) & 0x3f);
  bytes[to + 2] = 0x80 | (unit & 0x3f);
  return to + 3;
}

/** Writes the units of a text from `at` on. @returns where they end */
function writeUnits(units: Uint16Array, at: number, bytes: Uint8Array, from: number, to: number): number {
  let out = at;
  for (let next = from; next < to;) {
    const lead = bytes[next++] as number;
    if (lead < 0x80) units[out++] = lead;
    else if (lead < 0xe0) units[out++] = ((lead & 0x1f) << 6) | ((bytes[next++] as number) & 0x3f);
    else {
      units[out++] =
        ((lead & 0x0f) << 12) | (((bytes[next] as number) & 0x3f) << 6) | ((bytes[next + 1] as number) & 0x3f);
      next += 2;
    }
  }
  return out;
}

/** A text of a pool. */
export function textAt({ bytes, starts }: Pool, at: number): string {
  const [from, to] = [starts[at] as number, starts[at + 1] as number];
  const units = new Uint16Array(to - from);
  const length = writeUnits(units, 0, bytes, from, to);
  return textOfUnits(units, 0, length);
}

/** All texts as units. @param make memory of so many numbers */
export function unitsOf(
  { bytes, starts }: Pool,
  make: <T extends Uint16Array | Int32Array>(
    kind: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
    length: number,
  ) => T,
): { units: Uint16Array; starts: Int32Array } {
  const count = starts.length - 1;
  let length = 0;
  // One unit a byte that continues none.
  for (let at = 0; at < (starts[count] as number); at += 1) if (((bytes[at] as number) & 0xc0) !== 0x80) length += 1;
  const [units, own] = [make(Uint16Array, length), make(Int32Array, count + 1)];
  for (let at = 0; at < count; at += 1)
    own[at + 1] = writeUnits(units, own[at] as number, bytes, starts[at] as number, starts[at + 1] as number);
  return { units, starts: own };
}

export const arraysOf = (pools: readonly Pool[]): ArrayBufferView[] =>
  pools.flatMap(({ bytes, starts }) => [bytes, starts]);
