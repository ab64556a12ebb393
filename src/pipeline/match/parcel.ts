/** Values with large arrays of numbers into bytes and back, and those bytes from one process to another through PostgreSQL. */
import { Readable, Writable } from 'node:stream';
import sql from 'sql-template-tag';
import type { Db } from '../../db/connect.ts';

const kinds = { Int32Array, Uint32Array, Uint16Array, Uint8Array, Float64Array } as const;
type Kind = keyof typeof kinds;
type Numbers = InstanceType<(typeof kinds)[Kind]>;

/** Arrays start at multiples of this, so that they are read where they lie. */
const grain = 8;
const padded = (length: number): number => Math.ceil(length / grain) * grain;
const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

type Head = { value: unknown; arrays: [Kind, length: number][] };

/**
 * The value in pieces: its length, itself as JSON, then its arrays, of which no copy is made. Besides what JSON knows it may hold
 * maps, sets and arrays of numbers; numbers outside those are finite.
 */
export function pack(value: unknown): Buffer[] {
  const arrays: Numbers[] = [];
  const head: Head = { value: written(value, arrays), arrays: arrays.map((one) => [kindOf(one), one.length]) };
  const text = Buffer.from(JSON.stringify(head));
  const start = Buffer.alloc(grain + padded(text.length), ' ');
  start.writeUInt32LE(padded(text.length));
  text.copy(start, grain);
  return [start, ...arrays.flatMap((one) => [bytesOf(one), Buffer.alloc(padded(one.byteLength) - one.byteLength)])];
}

/** The arrays of the value lie on `bytes`. */
export function unpack(bytes: ArrayBuffer | SharedArrayBuffer): unknown {
  const length = new DataView(bytes).getUint32(0, true);
  // Text cannot be decoded from shared memory.
  const text = Buffer.from(new Uint8Array(bytes, grain, length).slice()).toString();
  const { value, arrays } = JSON.parse(text) as Head;
  let from = grain + length;
  const read = arrays.map(([kind, count]) => {
    const made = new kinds[kind](bytes as ArrayBuffer, from, count);
    from += padded(made.byteLength);
    return made;
  });
  return revived(value, read);
}

const kindOf = (array: Numbers): Kind => array.constructor.name as Kind;
const isNumbers = (value: object): value is Numbers => value.constructor.name in kinds;

function written(value: unknown, arrays: Numbers[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isNumbers(value)) return { $numbers: arrays.push(value) - 1 };
  if (value instanceof Map) return { $map: [...value].map((entry) => written(entry, arrays)) };
  if (value instanceof Set) return { $set: [...value].map((one) => written(one, arrays)) };
  if (Array.isArray(value)) return value.map((one) => written(one, arrays));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one, arrays)]));
}

function revived(value: unknown, arrays: readonly Numbers[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => revived(one, arrays));
  const { $numbers, $map, $set } = value as { $numbers?: number; $map?: unknown[]; $set?: unknown[] };
  if ($numbers !== undefined) return arrays[$numbers];
  if ($map) return new Map($map.map((entry) => revived(entry, arrays) as [unknown, unknown]));
  if ($set) return new Set($set.map((one) => revived(one, arrays)));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, revived(one, arrays)]));
}

/** Bytes in one row: few rows, none too large to hold in memory. */
const chunkSize = 8 * 2 ** 20;
// In the binary form of COPY: its signature, no flags, no extension; its end.
const copyHead = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const copyTail = Buffer.from([0xff, 0xff]);

/** Names are safe to stand in SQL. */
const plain = (name: string): string => {
  if (!/^[\w-]+$/.test(name)) throw new Error(`"${name}" cannot name a parcel.`);
  return name;
};

/** Who comes second with the same parcel changes nothing. */
export async function putParcel(db: Db, flowId: string, name: string, value: unknown): Promise<void> {
  const rows = function* () {
    yield copyHead;
    let chunk = 0;
    for (const bytes of chunks(pack(value))) {
      const cells = [Buffer.from(plain(flowId)), Buffer.from(plain(name)), Buffer.alloc(4)];
      cells[2]?.writeInt32BE(chunk++);
      const size = (length: number) => {
        const made = Buffer.alloc(4);
        made.writeInt32BE(length);
        return made;
      };
      yield Buffer.concat([Buffer.from([0, 4]), ...cells.flatMap((cell) => [size(cell.length), cell])]);
      yield size(bytes.reduce((sum, { length }) => sum + length, 0));
      yield* bytes;
    }
    yield copyTail;
  };
  try {
    await db.transaction((tx) =>
      tx.copyIn(
        '/* match.parcel */ copy match.parcel (flow_id, name, chunk, bytes) from stdin (format binary)',
        Readable.from(rows(), { objectMode: false }),
      ),
    );
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
  }
}

/** The pieces, cut where a chunk is full. */
function* chunks(pieces: readonly Buffer[]): Generator<Buffer[]> {
  let [chunk, length]: [Buffer[], number] = [[], 0];
  for (let piece of pieces) {
    while (length + piece.length > chunkSize) {
      const cut = chunkSize - length;
      yield [...chunk, piece.subarray(0, cut)];
      piece = piece.subarray(cut);
      [chunk, length] = [[], 0];
    }
    if (piece.length > 0) chunk.push(piece);
    length += piece.length;
  }
  if (length > 0) yield chunk;
}

/** null when there is no such parcel. Its arrays lie on memory that threads share. */
export async function takeParcel(db: Db, flowId: string, name: string): Promise<unknown> {
  const [known] = await db.query<{ count: number; length: string }>(sql`/* match.parcel_size */
    select count(*)::int as count, coalesce(sum(octet_length(bytes)), 0) as length from match.parcel
    where flow_id = ${flowId} and name = ${name}`);
  if (!known?.count) return null;
  const memory = new SharedArrayBuffer(Number(known.length));
  let to = 0;
  for (let chunk = 0; chunk < known.count; chunk += 1) {
    const parts: Buffer[] = [];
    const target = new Writable({
      write(part: Buffer, _encoding, done) {
        parts.push(part);
        done();
      },
    });
    await db.transaction((tx) =>
      tx.copyOut(
        `/* match.parcel_out */ copy (select bytes from match.parcel where flow_id = '${plain(flowId)}' and name = '${plain(name)}'
          and chunk = ${chunk}) to stdout (format binary)`,
        target,
      ),
    );
    // One row of one cell: after the head the count of cells, then the length of this one.
    const from = copyHead.length + 2 + 4;
    const all = Buffer.concat(parts);
    const bytes = all.subarray(from, from + all.readInt32BE(from - 4));
    new Uint8Array(memory, to, bytes.length).set(bytes);
    to += bytes.length;
  }
  return unpack(memory);
}

/** The parcel without which the others of its flow are worthless. */
export const taskName = 'task';

/** Those of all flows whose id starts so. */
export async function dropParcels(db: Db, flowId: string): Promise<void> {
  await db.query(sql`/* match.parcel_drop */ delete from match.parcel where starts_with(flow_id, ${flowId})`);
}

/** Hours after which no step still waits for its parcels. */
const keptHours = 12;

/** Drops what steps left behind whose worker died, and answers that came when nobody waited any more. */
export async function dropOldParcels(db: Db): Promise<void> {
  await db.query(sql`/* match.parcel_sweep */ delete from match.parcel p where at < now() - make_interval(hours => ${keptHours})
    or not exists (select from match.parcel task where task.flow_id = p.flow_id and task.name = ${taskName})`);
}
