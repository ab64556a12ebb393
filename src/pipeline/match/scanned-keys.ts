/** The keys of all records, read at once, answer what the index of keys answers one by one: for nights on which many records move. */
import { Writable } from 'node:stream';
import { escapeIdentifier } from 'pg';
import type { Transaction } from '../../db/connect.ts';
import { isRefinement } from '../../matcher/block/keys.ts';
import type { Keyed, Store } from '../../matcher/block/blocked.ts';

/** Codes of consecutive records, of each from the end of the one before. */
type Chunk = { codes: Float64Array; names: string[]; ends: number[] };

const chunkSize = 1 << 20;

/** Holds 8 bytes a key, and the name of each record: some 300 MB for a million people. */
export class ScannedKeys implements Store {
  private readonly chunks: Chunk[];

  private constructor(chunks: Chunk[]) {
    this.chunks = chunks;
  }

  /** @param table of schema match, with connection_id, id and keys */
  static async read(tx: Transaction, table: string): Promise<ScannedKeys> {
    const reader = new KeyReader();
    await tx.copyOut(
      `/* match.keys */ copy (select connection_id || ' ' || id, keys from match.${escapeIdentifier(table)}) to stdout (format binary)`,
      reader,
    );
    return new ScannedKeys(reader.chunks);
  }

  members(wanted: { code: number; most: number }[]): Promise<string[][]> {
    const found: string[][] = wanted.map(() => []);
    const placeOf = new Map(wanted.map(({ code }, at) => [code, at]));
    if (wanted.length > 0)
      for (const { codes, names, ends } of this.chunks) {
        for (let record = 0, at = 0; record < names.length; record += 1) {
          for (; at < ends[record]!; at += 1) {
            const place = placeOf.get(codes[at]!);
            if (place === undefined) continue;
            const members = found[place]!;
            if (members.length < wanted[place]!.most && members.at(-1) !== names[record]) members.push(names[record]!);
          }
        }
      }
    return Promise.resolve(found);
  }

  refined(wanted: { code: number; refinements: number[] }[]): Promise<Keyed[][]> {
    const found: Keyed[][] = wanted.map(() => []);
    const placeOf = new Map(wanted.map(({ code }, at) => [code, at]));
    const asked = wanted.map(({ refinements }) => new Set(refinements));
    if (wanted.length > 0)
      for (const { codes, names, ends } of this.chunks) {
        for (let record = 0, from = 0; record < names.length; from = ends[record]!, record += 1) {
          const own = codes.subarray(from, ends[record]);
          const places = own.reduce<Set<number> | null>((sum, code) => {
            const place = placeOf.get(code);
            return place === undefined ? sum : (sum ?? new Set()).add(place);
          }, null);
          if (places === null) continue;
          const refinements = [...new Set(own)].filter(isRefinement);
          for (const place of places) {
            const both = refinements.filter((code) => asked[place]!.has(code));
            if (both.length > 0) found[place]!.push({ key: names[record]!, codes: both });
          }
        }
      }
    return Promise.resolve(found);
  }
}

/** Reads PostgreSQL's binary COPY of a text and a bigint[]. */
class KeyReader extends Writable {
  readonly chunks: Chunk[] = [];
  private rest: Buffer = Buffer.alloc(0);
  private isBegun = false;
  private filled = 0;

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
      this.take();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  private take(): void {
    const bytes = this.rest;
    let at = 0;
    if (!this.isBegun) {
      // 11 letters, flags, and an extension whose length comes last.
      if (bytes.length < 19) return;
      at = 19 + bytes.readInt32BE(15);
      this.isBegun = true;
    }
    for (;;) {
      const end = endOfRow(bytes, at);
      if (end === null) break;
      if (end === at) return void (this.rest = Buffer.alloc(0));
      this.row(bytes, at + 2);
      at = end;
    }
    this.rest = bytes.subarray(at);
  }

  private row(bytes: Buffer, from: number): void {
    const length = bytes.readInt32BE(from);
    const name = bytes.toString('utf8', from + 4, from + 4 + length);
    let at = from + 4 + length + 4;
    const isEmpty = bytes.readInt32BE(at) === 0;
    const count = isEmpty ? 0 : bytes.readInt32BE(at + 12);
    at += 20;
    const chunk = this.chunkFor(count);
    for (let code = 0; code < count; code += 1, at += 12) {
      chunk.codes[this.filled] = bytes.readInt32BE(at + 4) * 2 ** 32 + bytes.readUInt32BE(at + 8);
      this.filled += 1;
    }
    chunk.names.push(name);
    chunk.ends.push(this.filled);
  }

  private chunkFor(count: number): Chunk {
    const last = this.chunks.at(-1);
    if (last && this.filled + count <= last.codes.length) return last;
    const chunk = { codes: new Float64Array(Math.max(chunkSize, count)), names: [], ends: [] };
    this.chunks.push(chunk);
    this.filled = 0;
    return chunk;
  }
}

/** Where the row that begins at `at` ends: null where it is not all there, `at` where there is none after the last. */
function endOfRow(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + 2) return null;
  const fields = bytes.readInt16BE(at);
  if (fields < 0) return at;
  let end = at + 2;
  for (let field = 0; field < fields; field += 1) {
    if (bytes.length < end + 4) return null;
    end += 4 + Math.max(bytes.readInt32BE(end), 0);
  }
  return bytes.length < end ? null : end;
}
