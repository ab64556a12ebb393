import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteMemo } from '../../src/matcher/read/byte-memo.ts';

test('a value is known from when it was added, by its bytes and wherever they lie', () => {
  const value = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.nat(3), (values, before) => {
      const memo = new ByteMemo(2);
      const known = new Map<string, number>();
      for (const text of values) {
        const bytes = Buffer.from(`${'x'.repeat(before)}${text}y`);
        const [from, to] = [before, bytes.length - 1];
        const at = memo.find(bytes, from, to);
        expect(at >= 0).toBe(known.has(text));
        if (at >= 0) {
          expect([...memo.numbers.subarray(at, at + 2)]).toEqual([known.get(text), -1]);
          continue;
        }
        memo.numbers.set([known.size, -1], memo.add(bytes, from, to));
        known.set(text, known.size);
      }
    }),
  );
});

test('it grows, and forgets everything when it is full or told to', () => {
  const memo = new ByteMemo(1);
  const bytes = (at: number) => Buffer.from(String(at));
  const isKnown = (at: number) => memo.find(bytes(at), 0, bytes(at).length) >= 0;
  const add = (at: number) => {
    if (isKnown(at)) return;
    const to = memo.add(bytes(at), 0, bytes(at).length);
    memo.numbers[to] = at;
  };
  for (let at = 0; at < 200_000; at += 1) add(at);
  expect([isKnown(0), isKnown(199_999)]).toEqual([false, true]);
  expect(memo.numbers[memo.find(bytes(150_000), 0, 6)]).toBe(150_000);
  memo.clear();
  expect(isKnown(199_999)).toBe(false);
});
