import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordKeys } from '../../src/matcher/block/keys.ts';

test('keys of many records are those of each', () => {
  const keys = new RecordKeys({ entity: 'person', fields: ['first_name', 'last_name', 'email', 'city'], extras: [] });
  const hash = fc.oneof(fc.constant(0), fc.integer());
  const record = fc.array(hash, { minLength: keys.hashCount, maxLength: keys.hashCount });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
      const columns = Array.from({ length: keys.hashCount }, (_, piece) => {
        const column = Int32Array.from(records, (one) => one[piece] as number);
        return column.some((one) => one !== 0) ? column : new Int32Array(0);
      });
      const each = records.map((one) => {
        const out = new Int32Array(keys.width);
        keys.write(Int32Array.from(one), out);
        return out;
      });
      for (let at = 0; at < keys.width; at += 1) {
        const out = new Int32Array(records.length);
        keys.writeColumn(at, (piece) => columns[piece]!, out);
        expect([...out]).toEqual(each.map((one) => one[at]));
      }
    }),
  );
});

test('hashes of a value are the same from its text and from its bytes', () => {
  const keys = new RecordKeys({ entity: 'person', fields: ['email', 'phone', 'birth_date'], extras: [] });
  fc.assert(
    fc.property(fc.nat(keys.hashStarts.length - 2), fc.string({ minLength: 1 }), fc.nat(3), (column, text, before) => {
      const [out, other] = [new Int32Array(keys.hashCount), new Int32Array(keys.hashCount)];
      keys.writeHashes(column, text, out, 0);
      const bytes = Buffer.from(`${'x'.repeat(before)}${text}y`);
      keys.writeHashesOf(column, bytes, before, bytes.length - 1, other, 0);
      expect(other).toEqual(out);
    }),
  );
});
