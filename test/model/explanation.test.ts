import { expect, test } from 'vitest';
import { evidenceOf, waterfall } from '../../src/model/explanation.ts';

test('evidence is a list of comparisons, and anything else is none', () => {
  const part = { field: 'email', level: 'same', weight: 9 };
  expect(evidenceOf([part])).toEqual([part]);
  expect(evidenceOf({ email: 8 })).toEqual([]);
});

test('a waterfall goes from the prior to the weight, rarity as a step of its own', () => {
  const parts = [
    { field: 'city', level: 'differs', weight: -1 },
    { field: 'last_name', level: 'same', weight: 8, rarity: 2.5 },
  ];
  expect(waterfall(-1, parts)).toEqual([
    { label: 'before any evidence', weight: -8, total: -8 },
    { label: 'last_name: same', weight: 5.5, total: -2.5 },
    { label: 'last_name: how rare the value is', weight: 2.5, total: 0 },
    { label: 'city: differs', weight: -1, total: -1 },
  ]);
});
