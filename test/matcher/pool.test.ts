import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dictionary } from '../../src/matcher/read/dictionary.ts';
import { type Pool, PoolBuilder, textAt, unitsOf } from '../../src/matcher/read/pool.ts';
import { shared } from '../../src/matcher/threads/memory.ts';

/** Of one, two and three bytes a unit, surrogates alone and in pairs. */
const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'Z', 'é', '株', '\u{1f600}', '\ud800') }), {
  maxLength: 40,
});
const poolOf = (all: readonly string[]): Pool => {
  const builder = new PoolBuilder();
  for (const text of all) builder.add(text);
  return builder.finish();
};

test('texts come out of a pool as they went in, one by one and as units', () => {
  fc.assert(
    fc.property(texts, (all) => {
      const pool = poolOf(all);
      expect(all.map((_, at) => textAt(pool, at))).toEqual(all);
      const { units, starts } = unitsOf(pool, shared);
      expect(all.map((_, at) => String.fromCharCode(...units.subarray(starts[at], starts[at + 1])))).toEqual(all);
    }),
  );
});

test('the bytes of texts sort as their units do', () => {
  fc.assert(
    fc.property(texts, (all) => {
      const pool = poolOf(all);
      const bytesAt = (at: number) => Buffer.from(pool.bytes.subarray(pool.starts[at], pool.starts[at + 1]));
      const order = all.map((_, at) => at).sort((a, b) => bytesAt(a).compare(bytesAt(b)) || a - b);
      expect(order.map((at) => all[at])).toEqual(all.toSorted());
    }),
  );
});

test('a dictionary numbers texts as they first come, whether given as text or as bytes', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }), (all, asBytes) => {
      const dictionary = new Dictionary();
      const known = [...new Set(all)];
      const { bytes, starts } = poolOf(all);
      for (const [at, text] of all.entries()) {
        const id = asBytes[at]
          ? dictionary.addBytes(bytes, starts[at] as number, starts[at + 1] as number)
          : dictionary.add(text);
        expect(id).toBe(known.indexOf(text));
        expect(dictionary.textOf(id)).toBe(text);
      }
      const pool = dictionary.finish();
      expect(known.map((_, at) => textAt(pool, at))).toEqual(known);
    }),
  );
});

test('a dictionary grows', () => {
  const dictionary = new Dictionary();
  const ids = Array.from({ length: 5000 }, (_, at) => dictionary.add(String(at % 3000)));
  expect(ids).toEqual(Array.from({ length: 5000 }, (_, at) => at % 3000));
});
