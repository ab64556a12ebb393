import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { BlockList, group } from '../../src/matcher/block/blocks.ts';
import { compareAll, type Compared } from '../../src/matcher/compare/compare-all.ts';
import type { CompareTask } from '../../src/matcher/compare/compare.ts';
import { textTable } from '../../src/matcher/compare/text-table.ts';

const recordCount = 9000;
const names = ['ann', 'anne', 'bob', 'robert', 'jon', 'john'];
const families = ['smith', 'smyth', 'miller', 'muller', 'stone'];
const mailbox = (place: number) =>
  (place % 970).toString().replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
const texts: [name: string, of: (place: number) => string][] = [
  ['first', (place) => names[place % 6] as string],
  ['formal', (place) => names[place % 6] as string],
  ['last', (place) => families[(place * 7) % 5] as string],
  ['email', (place) => `${mailbox(place)}@acme.io`],
  ['local', mailbox],
];

function task(): CompareTask {
  const columns = texts.map(([name, of]) => ({
    name,
    values: Array.from({ length: recordCount }, (_, place) => of(place)),
    classOf: null,
  }));
  const list = new BlockList();
  const places = Int32Array.from({ length: recordCount }, (_, at) => at);
  for (const [rule, size] of [1000, 700].entries()) {
    const keys = { places, keys: places.map((place) => place % size) };
    list.add(rule, group(keys));
  }
  return {
    layout: { entity: 'person', fields: ['first_name', 'last_name', 'email'], extras: [] },
    filled: new Set(['first', 'formal', 'last', 'email', 'local']),
    recordCount,
    texts: textTable(columns, recordCount),
    rarities: new Map(),
    words: new Map(),
    blocks: list.finish(recordCount),
  };
}

function digest({ parts, codes, counts, ruleCounts }: Compared): string {
  const hash = createHash('sha256');
  for (const { left, right, rule, pattern } of parts) for (const one of [left, right, rule, pattern]) hash.update(one);
  for (const one of [...codes, counts, ruleCounts]) hash.update(one);
  return hash.digest('hex');
}

test('however many threads compare, pairs, patterns and their numbers are the same', async () => {
  const [alone, ...others] = await Promise.all([0, 1, 3].map((count) => compareAll(task(), count)));
  expect(alone?.pairCount).toBe(87_400);
  expect(alone?.counts.length).toBeGreaterThan(3);
  for (const other of others) expect(digest(other)).toBe(digest(alone as Compared));
});
