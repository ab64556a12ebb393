/** Sketches rule out nothing that is so. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Letters, withinEdits } from '../../src/matcher/compare/similarity.ts';
import {
  alikeBy,
  leastEdits,
  lengthOf,
  mayBeInOrder,
  mayBeSame,
  mayHold,
  maySameEnd,
  mayBeAlike,
  mostAlike,
  sameKinds,
  sketchWidth,
  writeSketch,
} from '../../src/matcher/compare/sketch.ts';

const unitsOf = (text: string) => Uint16Array.from(text, (_, at) => text.charCodeAt(at));
function sketch(text: string): Int32Array {
  const made = new Int32Array(sketchWidth);
  writeSketch(made, 0, unitsOf(text), 0, text.length);
  return made;
}

const units = fc.constantFrom('a', 'b', 'c', 'p', 'q', ' ', '1', '@', 'é', '田');
const text = fc.string({ unit: units, minLength: 1, maxLength: 14 });
const long = fc.string({ unit: units, minLength: 20, maxLength: 120 });
/** A text, and one made of it by a few edits. */
const edited = fc
  .tuple(fc.oneof(text, long), fc.array(fc.tuple(fc.nat(200), fc.nat(2), units), { maxLength: 2 }))
  .map(([one, edits]) => {
    const letters = one.split('');
    for (const [at, kind, unit] of edits)
      letters.splice(at % letters.length, kind === 0 ? 0 : 1, ...(kind === 1 ? [] : [unit]));
    return [one, letters.join('')] as const;
  })
  .filter(([, other]) => other !== '');
const letters = new Letters();
const pairs = fc.oneof(fc.tuple(text, text), fc.tuple(long, long), fc.tuple(text, long), edited);

test('likeness and edits keep within the bounds that sketches give', () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom(1, 2, 3), ([a, b], most) => {
      const [x, y] = [unitsOf(a), unitsOf(b)];
      letters.take(x, 0, x.length);
      expect(mostAlike(sketch(a), 0, sketch(b), 0)).toBeGreaterThanOrEqual(letters.jaroWinkler(y, 0, y.length, 0.71));
      if (withinEdits(x, 0, x.length, y, 0, y.length, most))
        expect(leastEdits(sketch(a), 0, sketch(b), 0)).toBeLessThanOrEqual(most);
    }),
    { numRuns: 2000 },
  );
});

test('whether texts may be alike is what the likeness says that they have at most', () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom(0.5, 0.75, 0.88, 0.92, 1), ([a, b], least) => {
      const [x, y] = [sketch(a), sketch(b)];
      expect(mayBeAlike(x, 0, y, 0, alikeBy(least))).toBe(mostAlike(x, 0, y, 0) >= least);
    }),
    { numRuns: 2000 },
  );
});

test('length, parts, ends and letters in another order are never ruled out', () => {
  const sorted = (value: string) => value.split('').sort().join('');
  fc.assert(
    fc.property(pairs, text, ([a, b], part) => {
      expect([a.length, -1]).toContain(lengthOf(sketch(a), 0));
      if (a === b) expect(mayBeSame(sketch(a), 0, sketch(b), 0)).toBe(true);
      for (const whole of [a + part, part + a, part]) expect(mayHold(sketch(whole), 0, sketch(part), 0)).toBe(true);
      expect(mayBeInOrder(sketch(a), 0, sketch(sorted(a)), 0)).toBe(true);
      expect(sameKinds(sketch(`${a} ${a}`), 0, sketch(a + a), 0)).toBe(true);
      expect(maySameEnd(sketch(`${a}last`), 0, sketch(`${b}last`), 0)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
