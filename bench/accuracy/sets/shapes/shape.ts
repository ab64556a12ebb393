/** A shape of file into sets of several sizes and shares of copies: what users bring and the other sets lack. */
import { Random } from '@assay/emulator/seed/random.ts';
import type { DataSet } from '../../data-set.ts';
import type { AddRecord } from '../held-out.ts';

/** Rows, and the share of them, in percent, that are copies of an earlier one. */
export const sizes = [30, 300, 3000, 30_000] as const;
export const shares = [0, 2, 20, 60] as const;
type Size = (typeof sizes)[number];
type Share = (typeof shares)[number];
/** Run where nothing else is asked for: of each kind one, as all of them take an hour. */
const usual: readonly [Size, Share][] = [
  [30, 20],
  [300, 0],
  [300, 20],
  [3000, 2],
  [3000, 60],
];

export type Shape = Omit<DataSet, 'kind' | 'load' | 'id' | 'madeBy'> & {
  columns: readonly string[];
  /** Those of `usual` that the shape is run with; all where left out. */
  only?: readonly [Size, Share][];
};
/** Adds about `size` records, of which `share` percent are copies. */
export type Generate = (random: Random, add: AddRecord, size: number, share: number) => void;

export function shape({ columns, only, name, ...set }: Shape, generate: Generate): DataSet[] {
  return sizes.flatMap((size) =>
    shares.map((share): DataSet => {
      const isUsual = (only ?? usual).some(([rows, copies]) => rows === size && copies === share);
      return {
        ...set,
        name: `${name}_${size}_${share}`,
        id: 'id',
        kind: 'shape',
        madeBy: 'bench, names by Faker',
        rowCount: size,
        ...(isUsual ? {} : { isExtra: true }),
        load: async ({ seed }) => {
          const random = new Random(seed, name, size, share);
          const made: { entity: string; values: readonly string[] }[] = [];
          generate(random, (entity, values) => made.push({ entity, values }), size, share);
          for (let at = made.length - 1; at > 0; at--) {
            const other = random.int(0, at);
            [made[at], made[other]] = [made[other]!, made[at]!];
          }
          return {
            columns: ['id', ...columns],
            rows: made.map(({ values }, at) => [String(at + 1), ...values]),
            truth: made.map(({ entity }) => entity),
          };
        },
      };
    }),
  );
}

/** By entity: how many copies it has beside itself. */
export function copyCounts(random: Random, size: number, share: number): number[] {
  const copies = Math.round((size * share) / 100);
  const counts = Array<number>(size - copies).fill(0);
  for (let at = 0; at < copies; at++) counts[random.int(0, counts.length - 1)]! += 1;
  return counts;
}
