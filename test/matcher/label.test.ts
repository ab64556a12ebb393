import { expect, it } from 'vitest';
import { isUnsure } from '../../src/matcher/weigh/label.ts';

it('takes a pair for asked about its weight only where that is near even odds from below', () => {
  expect([-3.999, -1, 0].map((weight) => isUnsure({ weight }))).toEqual([true, true, true]);
  // Not shown, never compared, or linked by its own weight and parted by the rest.
  expect([-4, null, 0.001, 12].map((weight) => isUnsure({ weight }))).toEqual([false, false, false, false]);
});
