import { expect, test } from 'vitest';
import { joinAlike } from '../../src/matcher/alike.ts';
import { textTable } from '../../src/matcher/compare/text-table.ts';

/** @param roots by record: the first of its cluster */
function joined(values: (string | null)[], roots: number[], isLinked = (_l: number, _r: number) => true) {
  const { rows } = textTable([{ name: 'a', values, classOf: null }], values.length);
  // What a comparison noted of a record does not tell it from another.
  for (let place = 0; place < values.length; place += 1) rows.cells[(place + 1) * rows.width - 1] = place;
  const clusters = Int32Array.from(roots);
  return { count: joinAlike(rows, clusters, isLinked), clusters: [...clusters] };
}

test('clusters of one kind come together under the first of them', () => {
  expect(joined(['x', 'y', 'x', 'x', 'y', 'x'], [0, 1, 2, 3, 4, 3])).toEqual({
    count: 4,
    clusters: [0, 1, 0, 0, 1, 0],
  });
});

test('a cluster that holds anybody else stays as it is', () => {
  expect(joined(['x', 'y', 'x', 'x'], [0, 0, 2, 3])).toEqual({ count: 1, clusters: [0, 0, 2, 2] });
});

test('whom the model would not link stays apart, and it is asked once for a kind', () => {
  const asked: number[][] = [];
  const ask = (l: number, r: number) => {
    asked.push([l, r]);
    return l === 1;
  };
  expect(joined([null, 'x', null, 'x', null, 'x'], [0, 1, 2, 3, 4, 5], ask)).toEqual({
    count: 2,
    clusters: [0, 1, 2, 1, 4, 1],
  });
  expect(asked).toEqual([
    [0, 2],
    [1, 3],
  ]);
});
