import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import type { Db } from '../../../src/db/connect.ts';
import {
  dropOldParcels,
  dropParcels,
  pack,
  putParcel,
  takeParcel,
  unpack,
} from '../../../src/pipeline/match/parcel.ts';
import { testDatabase } from '../../database.ts';

const numbers = fc.oneof(
  fc.int32Array(),
  fc.uint16Array(),
  fc.uint8Array(),
  fc.float64Array({ noDefaultInfinity: false }),
  fc.uint32Array(),
);
const value = fc.letrec((tie) => ({
  leaf: fc.oneof(numbers, fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tie('node'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('node')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(fc.string(), { maxLength: 3 }).map((all) => new Set(all)),
  ),
})).node;

function joined(pieces: readonly Buffer[]): ArrayBuffer {
  const bytes = Buffer.concat(pieces);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

describe('a parcel', () => {
  let db: Db;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.close());

  it('unpacks as what was packed, whatever is in it', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(unpack(joined(pack(one)))).toEqual(one);
      }),
    );
  });

  it('packs the part of an array that is meant, not the memory it lies on', () => {
    const all = Int32Array.from({ length: 100 }, (_, at) => at);
    expect(unpack(joined(pack(all.subarray(3, 6))))).toEqual(Int32Array.of(3, 4, 5));
  });

  it('comes back from PostgreSQL in one piece though it takes several rows', async () => {
    const large = Int32Array.from({ length: 5_000_000 }, (_, at) => Math.imul(at, 0x9e3779b1));
    const sent = { name: 'ünïcode', small: Uint8Array.of(1, 2, 3), large, words: new Map([['a', { most: 3 }]]) };
    await putParcel(db, 'flow-1', 'task', sent);
    const [rows] = await db.query<{ count: number }>(sql`/* test.rows */ select count(*)::int from match.parcel`);
    expect(rows?.count).toBeGreaterThan(1);
    expect(await takeParcel(db, 'flow-1', 'task')).toEqual(sent);
    expect(await takeParcel(db, 'flow-1', 'part-0')).toBeNull();
  });

  it('stays as the first put it', async () => {
    await putParcel(db, 'flow-2', 'part-0', ['first']);
    await putParcel(db, 'flow-2', 'part-0', ['second', 'longer']);
    expect(await takeParcel(db, 'flow-2', 'part-0')).toEqual(['first']);
  });

  it('goes when its step is over, or half a day after its worker died', async () => {
    await dropParcels(db, 'flow-2');
    expect(await takeParcel(db, 'flow-2', 'part-0')).toBeNull();
    await db.query(
      sql`/* test.age */ update match.parcel set at = now() - interval '13 hours' where flow_id = 'flow-1'`,
    );
    await putParcel(db, 'flow-3', 'task', 1);
    await dropOldParcels(db);
    const left = await db.query(sql`/* test.left */ select distinct flow_id from match.parcel`);
    expect(left).toEqual([{ flow_id: 'flow-3' }]);
  });

  it('has a plain name', async () => {
    await expect(putParcel(db, `x'; drop table match.pair; --`, 'task', 1)).rejects.toThrow('cannot name a parcel');
  });
});
